"""A handler that fails, hangs or is not there at all."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.functions import (
    LANGUAGES,
    FunctionProcess,
    binary_event,
    free_port,
    prepare,
    serving,
    started,
)

SOURCES = {
    "nodejs": """
exports.handler = async (event, context) => {
  if (event.data === 'throw') throw new Error('the secret word');
  if (event.data === 'throw a string') throw 'the secret word';
  if (event.data === 'hang') await new Promise(() => {});
  if (event.data === 'late failure') {
    await new Promise((resolve) => setTimeout(resolve, context.remainingMs() + 50));
    throw new Error('too late');
  }
  if (event.data === 'background') { Promise.reject(new Error('background trouble')); return 'ok'; }
  if (event.data === 'background exit') {
    setTimeout(() => { throw new Error('background exit'); }, 0);
  }
  return 'ok';
};
""",
    "python": """
import asyncio, sys
tasks = []
async def trouble():
    raise RuntimeError("background trouble")
async def leave():
    sys.exit("background exit")
async def handler(event, context):
    if event.data == "throw":
        raise ValueError("the secret word")
    if event.data == "throw a string":
        sys.exit("the secret word")
    if event.data == "hang":
        await asyncio.Event().wait()
    if event.data == "late failure":
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("too late")
    if event.data == "background":
        asyncio.create_task(trouble())
    if event.data == "background exit":
        tasks.append(asyncio.create_task(leave()))
    return "ok"
""",
}


@pytest.fixture(scope="module", params=LANGUAGES)
def function(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FunctionProcess]:
    folder = tmp_path_factory.mktemp(request.param)
    source = SOURCES[request.param]
    with serving(folder, request.param, source, timeout_seconds=0.3) as process:
        yield process


@pytest.mark.parametrize("failure", ["throw", "throw a string"])
async def test_a_throw_is_a_problem_that_keeps_the_message(
    function: FunctionProcess, failure: str
) -> None:
    answer = await function.send(json.dumps(failure), binary_event(id="e-throw"))
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert (problem["type"], problem["status"]) == ("about:blank", 500)
    assert problem["title"]
    assert problem["instance"] == "e-throw"
    assert "e-throw" in problem["detail"]
    assert b"secret" not in answer.body
    assert (await function.send('"fine"', binary_event())).body == b"ok"


async def test_a_throw_is_logged_with_its_stack(function: FunctionProcess) -> None:
    await function.send('"throw"', binary_event(id="e-stack"))
    line = await function.await_line(lambda line: line.get("event_id") == "e-stack")
    assert line["level"] == "error"
    assert "the secret word" in json.dumps(line)
    assert "index." in line["stack"]


async def test_the_deadline_is_answered_while_the_handler_hangs(function: FunctionProcess) -> None:
    answer = await function.send('"hang"', binary_event(id="e-hang"))
    assert answer.status == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json["status"], answer.json["instance"]) == (504, "e-hang")
    line = await function.await_line(lambda line: line.get("event_id") == "e-hang")
    assert line["level"] == "error"


async def test_a_failure_after_the_deadline_is_logged(function: FunctionProcess) -> None:
    answer = await function.send('"late failure"', binary_event(id="e-late"))
    assert answer.status == 504
    await function.await_line(lambda line: "too late" in json.dumps(line))
    assert (await function.send('"fine"', binary_event())).status == 200


@pytest.mark.parametrize("failure", ["background", "background exit"])
async def test_a_background_failure_is_logged_and_survived(
    function: FunctionProcess, failure: str
) -> None:
    assert (await function.send(json.dumps(failure), binary_event())).body == b"ok"
    await function.await_line(lambda line: line["level"] == "error" and "background" in str(line))
    assert (await function.send('"fine"', binary_event())).body == b"ok"
    assert function.is_running


async def startup_error(folder: Path, language: str) -> str:
    """What the wrapper says before it exits with 1."""
    with started(folder, language) as process:
        assert await process.await_exit() == 1
        errors = [line for line in process.log_lines("stderr") if line["level"] == "error"]
        assert len(errors) == 1
        return str(errors[0]["message"])


EXPORTS = {
    "nodejs": ("index.js", "exports.main = () => 1; exports.other = () => 2; exports.limit = 5;"),
    "python": ("index.py", "def main(event, context): ...\ndef other(e, c): ...\nlimit = 5\n"),
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_missing_export_is_explained(tmp_path: Path, language: str) -> None:
    file, source = EXPORTS[language]
    prepare(tmp_path, language, source)
    message = await startup_error(tmp_path, language)
    assert f"function/{file} exports no 'handler'" in message
    assert "main" in message
    assert "other" in message
    assert "index.main" in message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_export_that_is_not_callable_is_explained(tmp_path: Path, language: str) -> None:
    prepare(tmp_path, language, EXPORTS[language][1], handler="index.limit")
    message = await startup_error(tmp_path, language)
    assert "limit" in message
    assert "function" in message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_missing_module_is_explained(tmp_path: Path, language: str) -> None:
    file, source = EXPORTS[language]
    prepare(tmp_path, language, source, handler="absent.handler")
    message = await startup_error(tmp_path, language)
    assert "function/absent" in message
    assert file in message


@pytest.mark.parametrize("handler", ["handler", ".handler", "index.", "../index.handler"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_malformed_handler_name_is_explained(
    tmp_path: Path, language: str, handler: str
) -> None:
    prepare(tmp_path, language, EXPORTS[language][1], handler=handler)
    assert handler in await startup_error(tmp_path, language)


BROKEN = {
    "nodejs": "throw new Error('no database');",
    "python": "raise RuntimeError('no database')",
}
ABSENT = {"nodejs": "require('absent-package');", "python": "import absent_package"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_import_that_fails_is_explained(tmp_path: Path, language: str) -> None:
    prepare(tmp_path, language, BROKEN[language])
    message = await startup_error(tmp_path, language)
    assert "function/index" in message
    assert "no database" in message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_dependency_that_is_not_installed_is_named(tmp_path: Path, language: str) -> None:
    prepare(tmp_path, language, ABSENT[language])
    message = await startup_error(tmp_path, language)
    assert "absent" in message
    assert {"nodejs": "package.json", "python": "requirements.txt"}[language] in message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_port_in_use_is_explained(tmp_path: Path, language: str) -> None:
    prepare(tmp_path, language, EXPORTS[language][1], handler="index.main")
    port = free_port()
    listener = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
    async with listener:
        with started(tmp_path, language, port) as process:
            assert await process.await_exit() == 1
            messages = [line["message"] for line in process.log_lines("stderr")]
    assert len(messages) == 1
    assert str(port) in messages[0]
    assert "in use" in messages[0]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_missing_configuration_is_explained(tmp_path: Path, language: str) -> None:
    prepare(tmp_path, language, EXPORTS[language][1])
    (tmp_path / "runtime" / "function.json").unlink()
    assert "function.json" in await startup_error(tmp_path, language)
