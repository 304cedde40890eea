"""`knative-lambda render`, as a user calls it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from knative_lambda.entrypoints.docs import ROOT

EXAMPLE = ROOT / "examples" / "hello-node"


def event(source: str, **data: object) -> dict[str, Any]:
    given = {"third_party_id": "acme", "parser_id": "hello", "source_url": source, **data}
    kind = "network.notifi.lambda.build.start"
    return {"specversion": "1.0", "id": "1", "source": "me", "type": kind, "data": given}


def render(tmp_path: Path, text: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Call it with *text* on its standard input."""
    command = [sys.executable, "-c", "from knative_lambda.entrypoints.cli import main; main()"]
    return subprocess.run(
        [*command, "render", "-", *options],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={
            "HOME": str(tmp_path),
            "KLB_STATE_DIR": str(tmp_path / "state"),
            "KLB_SOURCE_FETCHER": "directory",
        },
    )


def test_it_shows_the_files_the_dockerfile_and_the_hash(tmp_path: Path) -> None:
    shown = render(tmp_path, json.dumps(event(EXAMPLE.as_uri())))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "acme/hello" in shown.stdout
    assert "function/index.js" in shown.stdout
    assert "FROM " in shown.stdout
    assert not (tmp_path / "state" / "contexts").exists()


def test_for_programs_it_is_one_document(tmp_path: Path) -> None:
    shown = render(tmp_path, json.dumps(event(EXAMPLE.as_uri())), "--output", "json")
    document = json.loads(shown.stdout)
    assert document["image"].endswith(f":{document['content hash']}")
    sizes = {file["path"]: file["size"] for file in document["files"]}
    assert sizes["function/index.js"] == (EXAMPLE / "index.js").stat().st_size
    assert document["dockerfile"].startswith("FROM ")


def test_the_same_event_gives_the_same_hash_and_another_argument_another(tmp_path: Path) -> None:
    hashes = [
        json.loads(
            render(tmp_path, json.dumps(event(EXAMPLE.as_uri(), **more)), "--output", "json").stdout
        )["content hash"]
        for more in ({}, {}, {"build_args": {"A": "1"}})
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_source_that_is_refused_is_told_with_its_reason(tmp_path: Path) -> None:
    shown = render(tmp_path, json.dumps(event((tmp_path / "nothing").as_uri())))
    assert shown.returncode == 1
    assert shown.stderr.startswith("knative-lambda: source_not_found: source_url: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no event", "body"),
        (json.dumps(event("https://a.test", runtime="cobol")), "runtime: 'cobol'"),
        (json.dumps({**event("x"), "type": "network.notifi.lambda.build.cancel"}), "build_id"),
        (json.dumps({**event("x"), "type": "dev.knative.apiserver.resource.add"}), "type: must be"),
    ],
)
def test_what_is_no_request_is_told_and_nothing_is_fetched(
    tmp_path: Path, text: str, told: str
) -> None:
    shown = render(tmp_path, text)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert told in shown.stderr
