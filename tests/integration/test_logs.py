"""`knative-lambda logs` beside a service that runs, and when it runs no more."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.documented_json import keys
from support.rabbitmq import rabbitmq_server
from support.running import Machine, machine

SAYS = "process.stdout.write('built \\x1b[31mred\\r\\nwith access_token=abcdef123456\\n')"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The machine of all these tests; each has functions of its own."""
    with (
        rabbitmq_server() as broker,
        machine(tmp_path_factory.mktemp("machine"), broker) as one,
    ):
        yield one


def function(place: Path, name: str, script: str) -> Path:
    """A function of that name, whose build runs *script*."""
    folder = place / name
    folder.mkdir()
    (folder / "index.js").write_text("exports.handler = async () => ({});\n", "utf-8")
    (folder / "build.js").write_text(script, "utf-8")
    package = {"scripts": {"build": "node build.js"}}
    (folder / "package.json").write_text(json.dumps(package), "utf-8")
    return folder


def build_id(out: str) -> str:
    """Of the build that was submitted."""
    lines = [json.loads(line) for line in out.splitlines()]
    return str(next(line["build_id"] for line in lines if line.get("status") == "submitted"))


def test_what_a_build_has_written_is_printed_and_steers_nothing(
    service: Machine, tmp_path: Path
) -> None:
    submitted = service.submit(function(tmp_path, "told", SAYS), "--wait", "--output", "json")
    by_id = service.run("logs", build_id(submitted.out)[:8])
    assert (by_id.code, by_id.err) == (0, ""), by_id
    lines = by_id.out.splitlines()
    assert "built \\x1b[31mred" in lines
    assert "with access_token=[redacted]" in lines
    assert service.run("logs", "acme/told").out == by_id.out
    told = service.run("logs", "acme/told", "--output", "json").out.splitlines()
    assert [json.loads(line)["line"] for line in told] == lines
    assert set(json.loads(told[0])) == keys("`logs`")


def test_a_log_outlives_the_job(service: Machine, tmp_path: Path) -> None:
    service.submit(function(tmp_path, "kept", SAYS), "--wait")
    (job,) = service.state.glob("jobs/build-acme-kept-*")
    shutil.rmtree(job)
    ran = service.run("logs", "acme/kept", "-f")
    assert (ran.code, ran.err) == (0, "")
    assert "with access_token=[redacted]" in ran.out


def test_a_build_is_followed_from_before_it_begins_to_its_end(
    service: Machine, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    waits = f"""
        const fs = require('fs');
        console.log('waiting');
        setInterval(() => {{
            if (fs.existsSync('{gate}')) {{ console.log('open'); process.exit(); }}
        }}, 20);
    """
    service.submit(function(tmp_path, "slow", waits))
    status = ("status", "acme/slow", "--output", "json")
    deadline = time.monotonic() + 60
    while service.run(*status).code:
        assert time.monotonic() < deadline
    following = service.start("logs", "-f", "acme/slow")
    following.until(lambda: "waiting" in following.text)
    so_far = service.run("logs", "acme/slow")
    assert so_far.out.splitlines()[-1] == "waiting"
    gate.touch()
    ran = following.end()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-2:] == ["waiting", "open"]


def test_a_build_without_a_log_says_why(service: Machine, tmp_path: Path) -> None:
    folder = function(tmp_path, "cached", SAYS)
    service.submit(folder, "--wait")
    service.submit(folder, "--wait")
    cached = service.run("logs", "acme/cached")
    assert (cached.code, cached.out) == (1, "")
    assert "there is no log of it: its content was built already" in cached.err
    service.submit((tmp_path / "nothing").as_uri(), "--parser", "nothing", "--wait")
    never = service.run("logs", "acme/nothing")
    assert (never.code, never.out) == (1, "")
    assert "it was never built (source_not_found)" in never.err
    unknown = service.run("logs", "ffffffff")
    assert unknown.code == 1
    assert "ffffffff: no build of that id is known" in unknown.err
    assert service.run("logs").code == 2
