"""What a function that cannot start says, before it exits."""

import asyncio
from pathlib import Path

import pytest
from support.functions import INTERPRETED, LANGUAGES, free_port, prepare, started


async def startup_error(folder: Path, language: str) -> str:
    """What the wrapper says before it exits with 1."""
    with started(folder, language) as process:
        assert await process.await_exit() == 1
        errors = [line for line in process.log_lines("stderr") if line["level"] == "error"]
        assert len(errors) == 1
        return str(errors[0]["message"])


GO = """
package function
import "context"
func Handle(context.Context, any) (any, error) { return nil, nil }
"""
EXPORTS = {
    "nodejs": ("index.js", "exports.main = () => 1; exports.other = () => 2; exports.limit = 5;"),
    "python": ("index.py", "def main(event, context): ...\ndef other(e, c): ...\nlimit = 5\n"),
    "go": ("index.go", GO),
}


@pytest.mark.parametrize("language", INTERPRETED)
async def test_a_missing_export_is_explained(tmp_path: Path, language: str) -> None:
    file, source = EXPORTS[language]
    prepare(tmp_path, language, source)
    message = await startup_error(tmp_path, language)
    assert f"function/{file} exports no 'handler'" in message
    assert "main" in message
    assert "other" in message
    assert "index.main" in message


@pytest.mark.parametrize("language", INTERPRETED)
async def test_an_export_that_is_not_callable_is_explained(tmp_path: Path, language: str) -> None:
    prepare(tmp_path, language, EXPORTS[language][1], handler="index.limit")
    message = await startup_error(tmp_path, language)
    assert "limit" in message
    assert "function" in message


@pytest.mark.parametrize("language", INTERPRETED)
async def test_a_missing_module_is_explained(tmp_path: Path, language: str) -> None:
    file, source = EXPORTS[language]
    prepare(tmp_path, language, source, handler="absent.handler")
    message = await startup_error(tmp_path, language)
    assert "function/absent" in message
    assert file in message


@pytest.mark.parametrize("handler", ["handler", ".handler", "index.", "../index.handler"])
@pytest.mark.parametrize("language", INTERPRETED)
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


@pytest.mark.parametrize("language", INTERPRETED)
async def test_an_import_that_fails_is_explained(tmp_path: Path, language: str) -> None:
    prepare(tmp_path, language, BROKEN[language])
    message = await startup_error(tmp_path, language)
    assert "function/index" in message
    assert "no database" in message


@pytest.mark.parametrize("language", INTERPRETED)
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
