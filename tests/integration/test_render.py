"""`knative-lambda render`, as a user calls it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.documented_json import keys

from knative_lambda.entrypoints.docs import ROOT

EXAMPLE = ROOT / "examples" / "hello-node"


def event(source: str, **data: object) -> dict[str, Any]:
    given = {"third_party_id": "acme", "parser_id": "hello", "source_url": source, **data}
    kind = "network.notifi.lambda.build.start"
    return {"specversion": "1.0", "id": "1", "source": "me", "type": kind, "data": given}


def render(
    tmp_path: Path, text: str, *options: str, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Call it with *text* on its standard input and more *variables*."""
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
            **variables,
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
    assert document["image"].endswith(f":{document['content_hash']}")
    assert set(document) == keys("`render`")
    sizes = {file["path"]: file["size"] for file in document["files"]}
    assert sizes["function/index.js"] == (EXAMPLE / "index.js").stat().st_size
    assert document["dockerfile"].startswith("FROM ")


def test_the_same_event_gives_the_same_hash_and_another_argument_another(tmp_path: Path) -> None:
    hashes = [
        json.loads(
            render(tmp_path, json.dumps(event(EXAMPLE.as_uri(), **more)), "--output", "json").stdout
        )["content_hash"]
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


def own_template(tmp_path: Path, text: str) -> str:
    """A folder of templates of an operator's own, which has one for function.json."""
    file = tmp_path / "templates" / "runtimes" / "function.json.j2"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return str(tmp_path / "templates")


def test_images_and_templates_of_an_operators_own_are_shown(tmp_path: Path) -> None:
    text = json.dumps(event(EXAMPLE.as_uri()))
    plain = json.loads(render(tmp_path, text, "--output", "json").stdout)
    shown = render(
        tmp_path,
        text,
        "--output",
        "json",
        KLB_RUNTIME_IMAGES="nodejs22=registry.test/node:22",
        KLB_TEMPLATES_DIR=own_template(tmp_path, "{}"),
    )
    document = json.loads(shown.stdout)
    sizes = {file["path"]: file["size"] for file in document["files"]}
    assert "FROM registry.test/node:22\n" in document["dockerfile"]
    assert sizes["runtime/function.json"] == 2
    assert document["content_hash"] != plain["content_hash"]


def test_a_template_that_is_none_is_told_before_anything_is_fetched(tmp_path: Path) -> None:
    folder = own_template(tmp_path, "{\n{{ handler }\n}")
    shown = render(tmp_path, json.dumps(event("file:///none")), KLB_TEMPLATES_DIR=folder)
    told = f"KLB_TEMPLATES_DIR: {folder!r}: runtimes/function.json.j2, line 2: unexpected '}}'"
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == f"knative-lambda: {told}\n"


def test_a_template_that_fails_only_with_its_values_is_told_with_its_line(tmp_path: Path) -> None:
    folder = own_template(tmp_path, "{\n{{ handler.deeper }}\n}")
    shown = render(tmp_path, json.dumps(event(EXAMPLE.as_uri())), KLB_TEMPLATES_DIR=folder)
    told = "template runtimes/function.json.j2, line 2: 'str object' has no attribute 'deeper'"
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr == f"knative-lambda: {told}\n"


def test_a_runtime_whose_support_has_ended_is_told(tmp_path: Path) -> None:
    shown = render(tmp_path, json.dumps(event(EXAMPLE.as_uri(), runtime="nodejs20")))
    (line,) = [line for line in shown.stdout.splitlines() if line.startswith("warning ")]
    assert line.split(maxsplit=1)[1].startswith("nodejs20: its support ended 2026-04-30; move to")
