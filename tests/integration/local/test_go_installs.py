"""Functions in Go, compiled with the modules they require; their proxy is a folder."""

import asyncio
import subprocess
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support import go
from support.local import CLOCK, ECHO, job_of

from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.job_runner import LocalJobRunner
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.sidecar.verdict import judge

_PATIENCE = 120.0  # seconds; the first build compiles the standard library
_MODULE, _VERSION = "code.test/words", "v1.0.0"
_GO_MOD = f"module function\n\ngo 1.26\n\nrequire {_MODULE} {_VERSION}\n"
_FUNCTION = f"""
package function

import (
	"context"

	"{_MODULE}"
)

func Handle(context.Context, any) (any, error) {{ return words.Hello, nil }}
"""


@pytest.fixture
async def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalJobRunner]:
    monkeypatch.setenv("PATH", go.environment()["PATH"])
    monkeypatch.setenv("GOPROXY", _proxy(tmp_path / "proxy").as_uri())
    monkeypatch.setenv("GONOSUMDB", "*")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    state = tmp_path / "state"
    runner = LocalJobRunner(state, LocalImageRegistry(state), judge, CLOCK)
    yield runner
    await runner.close()


def _proxy(root: Path) -> Path:
    """A module proxy with one version of one module."""
    versions = root / _MODULE / "@v"
    versions.mkdir(parents=True)
    (versions / f"{_VERSION}.mod").write_text(f"module {_MODULE}\n")
    (versions / f"{_VERSION}.info").write_text(f'{{"Version": "{_VERSION}"}}')
    with zipfile.ZipFile(versions / f"{_VERSION}.zip", "w") as archive:
        prefix = f"{_MODULE}@{_VERSION}"
        archive.writestr(f"{prefix}/go.mod", f"module {_MODULE}\n")
        archive.writestr(f"{prefix}/words.go", 'package words\n\nconst Hello = "hello"\n')
    return root


def _sums(tmp_path: Path) -> str:
    """The go.sum that Go itself makes for the function."""
    folder = tmp_path / "tidied"
    folder.mkdir()
    (folder / "go.mod").write_text(_GO_MOD)
    (folder / "function.go").write_text(_FUNCTION)
    variables = {
        **go.environment(),
        "GOPROXY": (tmp_path / "proxy").as_uri(),
        "GONOSUMDB": "*",
        "GOMODCACHE": str(tmp_path / "tidying"),
        "GOFLAGS": "-mod=mod",
    }
    subprocess.run(["go", "mod", "tidy"], cwd=folder, env=variables, check=True)
    return (folder / "go.sum").read_text()


async def _verdict(runner: LocalJobRunner, job: JobSpec) -> Verdict:
    await runner.start(job)
    async with asyncio.timeout(_PATIENCE):
        verdict = (await anext(runner.ended())).verdict
    assert verdict is not None
    return verdict


async def _app(runner: LocalJobRunner, job: JobSpec) -> Path:
    verdict = await _verdict(runner, job)
    assert verdict.reason is None, verdict.detail
    app = await runner.registry.path(job.image)
    assert app is not None
    return app


async def test_a_function_without_modules_is_compiled(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    app = await _app(runner, job_of(tmp_path, "go", {"function.go": ECHO["go"]}))
    assert (app / "server").stat().st_mode & 0o111


async def test_the_same_function_gives_the_same_program(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    first, second = [
        (await _app(runner, job_of(tmp_path, "go", {"function.go": ECHO["go"]}))) / "server"
        for _ in range(2)
    ]
    assert first.read_bytes() == second.read_bytes()


async def test_a_module_is_fetched_and_compiled_in(runner: LocalJobRunner, tmp_path: Path) -> None:
    files = {"function.go": _FUNCTION, "go.mod": _GO_MOD, "go.sum": _sums(tmp_path)}
    app = await _app(runner, job_of(tmp_path, "go", files))
    assert (app / "server").is_file()
    assert (tmp_path / "modules" / f"{_MODULE}@{_VERSION}" / "words.go").is_file()


async def test_a_module_that_is_not_what_was_locked_is_refused(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    sums = _sums(tmp_path).replace("h1:", "h1:AAAA", 1)
    files = {"function.go": _FUNCTION, "go.mod": _GO_MOD, "go.sum": sums}
    verdict = await _verdict(runner, job_of(tmp_path, "go", files))
    assert verdict.reason is not None
    assert "checksum mismatch" in verdict.detail


async def test_a_module_in_a_folder_of_the_source_is_compiled_in(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    files = {
        "function.go": _FUNCTION,
        "go.mod": f"{_GO_MOD}\nreplace {_MODULE} => ./words\n",
        "words/go.mod": f"module {_MODULE}\n",
        "words/words.go": 'package words\n\nconst Hello = "hello"\n',
    }
    app = await _app(runner, job_of(tmp_path, "go", files))
    assert (app / "server").is_file()


async def test_code_without_a_handler_fails_and_says_so(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    verdict = await _verdict(runner, job_of(tmp_path, "go", {"function.go": "package function\n"}))
    assert verdict.reason is Reason.BUILD_EXIT
    assert verdict.detail == "go: the function has no func Handle, with a capital letter"


async def test_a_newer_language_than_the_compiler_is_refused_without_fetching_another(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    files = {"function.go": ECHO["go"], "go.mod": "module function\n\ngo 1.99\n"}
    verdict = await _verdict(runner, job_of(tmp_path, "go", files))
    assert verdict.reason is not None
    assert "go.mod asks for go 1.99" in verdict.detail
