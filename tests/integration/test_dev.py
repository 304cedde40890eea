"""`knative-lambda dev`, run as a person runs it."""

import json
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shell import ROOT, Shell, shell_in

GREETING = 'def handler(event, context):\n    return {"greeting": "Hello, " + event.data["name"]}\n'
NODE_GREETING = "exports.handler = async (event) => ({ greeting: `Hello, ${event.data.name}` });\n"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with shell_in(tmp_path) as one:
        yield one


def function(place: Path, **files: str) -> Path:
    """A function's folder with these files, `__` in their names standing for a dot."""
    folder = place / "hello"
    folder.mkdir()
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, "utf-8")
    return folder


def test_once_builds_serves_calls_and_ends(shell: Shell) -> None:
    ended = shell.run("dev", "examples/hello-python", "--once")
    assert ended.code == 0, ended.text
    assert "Hello, world, from Python" in ended.text
    assert "\x1b" not in ended.text


def test_the_same_again_is_built_already(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, index__py=GREETING)
    assert "cached" not in shell.run("dev", folder, "--once").text
    again = shell.run("dev", folder, "--once")
    assert again.code == 0, again.text
    assert "cached" in again.text


def test_a_function_of_node_is_served_too(shell: Shell, tmp_path: Path) -> None:
    ended = shell.run("dev", function(tmp_path, index__js=NODE_GREETING), "--once")
    assert ended.code == 0, ended.text
    assert "Hello, world" in ended.text


def test_a_runtime_whose_support_has_ended_is_told_once(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, index__js=NODE_GREETING)
    ended = shell.run("dev", folder, "--once", "--runtime", "nodejs20")
    assert ended.code == 0, ended.text
    (line,) = [line for line in ended.text.splitlines() if "support" in line]
    assert line[10:].startswith("warning             nodejs20: its support ended 2026-04-30; move")


def test_the_event_may_come_from_a_file(shell: Shell, tmp_path: Path) -> None:
    folder, file = function(tmp_path, index__py=GREETING), tmp_path / "event.json"
    file.write_text(json.dumps({"name": "Ada"}), "utf-8")
    ended = shell.run("dev", folder, "--once", "--event", file)
    assert ended.code == 0, ended.text
    assert "Hello, Ada" in ended.text


def test_a_function_that_refuses_its_event_is_no_success(shell: Shell, tmp_path: Path) -> None:
    broken = "def handler(event, context):\n    raise RuntimeError('no')\n"
    ended = shell.run("dev", function(tmp_path, index__py=broken), "--once")
    assert ended.code == 1
    assert "<- reply            500" in ended.text


def test_the_console_is_served_as_long_as_the_function_is(shell: Shell, tmp_path: Path) -> None:
    shell.start("dev", function(tmp_path, index__py=GREETING))
    shell.until(lambda: "<- reply" in shell.text)
    first, *_ = shell.text.splitlines()
    kind, url = first[10:].split()
    assert kind == "console"
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own address
        page = answer.read().decode()
    assert "/functions/dev/hello" in page
    assert "deployed now" in page


def test_who_ends_at_once_has_no_console(shell: Shell) -> None:
    ended = shell.run("dev", "examples/hello-python", "--once")
    assert ended.code == 0, ended.text
    assert "console" not in ended.text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "knative-lambda: nowhere: is no folder; name the one that holds"),
        (["docs"], "knative-lambda: docs: holds neither index.js nor index.py"),
        (["examples/hello-python", "--runtime", "cobol"], "'cobol': must be one of: nodejs22"),
        (["examples/hello-python", "--event", "none.json"], "none.json: cannot be read"),
        (["examples/hello-python", "--event", "LICENSE"], "LICENSE: must be JSON"),
        (["examples/hello-python", "--port", "99999"], "must be a whole number from 0 to 65535"),
    ],
)
def test_a_wrong_call_is_told_and_nothing_is_made(
    shell: Shell, tmp_path: Path, words: list[str], message: str
) -> None:
    ended = shell.run("dev", *words, "--once")
    assert ended.code == 2
    assert message in ended.text
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"KLB_PREFETCH": "many"}, "KLB_PREFETCH: 'many': must be a whole number"),
        ({"KLB_JOB_RUNNER": "remote"}, "KLB_JOB_RUNNER: 'remote': must be one of: kubernetes"),
        ({"KLB_STATE_DIR": str(ROOT / "LICENSE")}, "LICENSE: must be a folder, or can be made"),
        ({"KLB_TEMPLATES_DIR": str(ROOT / "docs")}, "docs': adr: takes no template's place"),
    ],
)
def test_settings_it_cannot_run_by_are_told(
    shell: Shell, variables: dict[str, str], message: str
) -> None:
    shell.variables |= variables
    ended = shell.run("dev", "examples/hello-python", "--once")
    assert ended.code == 2
    assert message in ended.text
    assert "Traceback" not in ended.text


def test_a_missing_module_is_named(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, main__py=GREETING)
    ended = shell.run("dev", folder, "--runtime", "python311")
    assert ended.code == 1
    assert "build.failed" in ended.text
    assert "index.py" in ended.text


def test_a_missing_handler_is_told_with_what_there_is(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, index__py=GREETING.replace("handler", "greet"))
    ended = shell.run("dev", folder)
    assert ended.code == 1
    assert "function/index.py exports no 'handler'; it exports: greet" in ended.text


def test_a_port_in_use_is_named_with_the_way_out(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, index__py=GREETING)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = shell.run("dev", folder, "--port", str(port))
    assert ended.code == 1
    assert f"port {port} is in use; choose another with --port" in ended.text


def test_without_node_a_function_of_node_says_what_to_install(shell: Shell, tmp_path: Path) -> None:
    shell.without_node()
    ended = shell.run("dev", function(tmp_path, index__js=NODE_GREETING))
    assert ended.code == 1
    assert "install Node.js" in ended.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_all_it_started(
    shell: Shell, tmp_path: Path, number: signal.Signals
) -> None:
    shell.start("dev", function(tmp_path, index__py=GREETING))
    shell.until(lambda: "<- reply" in shell.text)
    assert any("runtime/main.py" in command for command in shell.processes())
    shell.signal(number)
    ended = shell.end()
    assert ended.code == 130
    assert "Traceback" not in ended.text
    assert shell.processes() == []


def test_a_signal_ends_a_build_in_its_midst(shell: Shell, tmp_path: Path) -> None:
    package = json.dumps({"scripts": {"build": "node -e 'setInterval(() => 0, 1000)'"}})
    shell.start("dev", function(tmp_path, index__js=NODE_GREETING, package__json=package))
    shell.until(lambda: any("setInterval" in command for command in shell.processes()))
    shell.signal(signal.SIGTERM)
    ended = shell.end()
    assert ended.code == 130
    assert "Traceback" not in ended.text
    assert shell.processes() == []


def test_watching_serves_an_edit_at_once_or_after_a_bad_one(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, index__py=GREETING)
    shell.start("dev", folder, "--watch")
    shell.until(lambda: "Hello, world" in shell.text)
    (folder / "index.py").write_text("def handler(", "utf-8")
    shell.until(lambda: "not ready" in shell.text)
    (folder / "index.py").write_text(GREETING.replace("Hello", "Goodbye"), "utf-8")
    shell.until(lambda: "Goodbye, world" in shell.text)


def test_watching_misses_no_edit_during_the_first_build(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, index__py=GREETING)
    shell.start("dev", folder, "--watch")
    shell.until(lambda: "build.started" in shell.text)  # it has its source by now
    (folder / "index.py").write_text(GREETING.replace("Hello", "Goodbye"), "utf-8")
    shell.until(lambda: "Goodbye, world" in shell.text)


def test_watching_outlasts_a_first_build_that_fails(shell: Shell, tmp_path: Path) -> None:
    folder = function(tmp_path, index__py="def handler(")
    shell.start("dev", folder, "--watch")
    shell.until(lambda: "not ready" in shell.text)
    (folder / "index.py").write_text(GREETING, "utf-8")
    shell.until(lambda: "Hello, world" in shell.text)
