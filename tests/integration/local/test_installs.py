"""Real installs, from the package registries and without them."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest
from support.careless_rendering import SECRET
from support.hostile_requests import ARGUMENT
from support.hostile_texts import TEXTS
from support.local import CLOCK, Marked, job_of

from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.job_runner import LocalJobRunner
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.sidecar.verdict import judge

_PATIENCE = 120.0  # seconds; a registry may be slow


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[LocalJobRunner]:
    state = tmp_path / "state"
    runner = LocalJobRunner(state, LocalImageRegistry(state), judge, CLOCK)
    yield runner
    await runner.close()


async def _verdict(runner: LocalJobRunner, job: JobSpec) -> Verdict:
    await runner.start(job)
    async with asyncio.timeout(_PATIENCE):
        verdict = (await anext(runner.ended())).verdict
    assert verdict is not None
    return verdict


async def _image(runner: LocalJobRunner, job: JobSpec) -> Path:
    verdict = await _verdict(runner, job)
    assert verdict.reason is None, verdict.detail
    app = await runner.registry.path(job.image)
    assert app is not None
    return app


async def test_npm_installs_what_the_package_names(runner: LocalJobRunner, tmp_path: Path) -> None:
    package = json.dumps({"dependencies": {"is-number": "7.0.0"}})
    app = await _image(runner, job_of(tmp_path, "nodejs", {"package.json": package}))
    installed = json.loads((app / "function/node_modules/is-number/package.json").read_text())
    assert installed["version"] == "7.0.0"


async def test_pip_installs_what_is_required(runner: LocalJobRunner, tmp_path: Path) -> None:
    job = job_of(tmp_path, "python", {"requirements.txt": "six==1.16.0\n"})
    app = await _image(runner, job)
    assert (app / "dependencies/six.py").is_file()
    assert list((app / "dependencies").rglob("six.*.pyc"))


async def test_a_package_of_the_function_itself_is_built_and_pruned(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    package = {
        "dependencies": {"kept": "file:./kept"},
        "devDependencies": {"tool": "file:./tool"},
        "scripts": {"build": "node -e \"fs.writeFileSync('made.js', require('tool'))\""},
    }
    files = {
        "package.json": json.dumps(package),
        "kept/package.json": '{"name": "kept", "version": "1.0.0"}',
        "tool/package.json": '{"name": "tool", "version": "1.0.0"}',
        "tool/index.js": "module.exports = 'made';",
    }
    app = await _image(runner, job_of(tmp_path, "nodejs", files))
    assert (app / "function/made.js").read_text() == "made"
    assert (app / "function/node_modules/kept/package.json").is_file()
    assert not (app / "function/node_modules/tool").exists()


async def test_a_hostile_text_is_the_value_of_its_argument_and_nothing_else(
    runner: LocalJobRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", SECRET)
    texts = [text.value for text in TEXTS if text.place is ARGUMENT]
    arguments = tuple((f"TEXT_{number}", text) for number, text in enumerate(texts))
    files = {
        "package.json": json.dumps({"scripts": {"build": "node write.js"}}),
        "write.js": "require('fs').writeFileSync('seen', JSON.stringify(process.env))",
    }
    job = attrs.evolve(job_of(tmp_path, "nodejs", files), build_args=arguments)
    app = await _image(runner, job)
    seen = json.loads((app / "function/seen").read_text("utf-8"))
    assert [seen[name] for name, _ in arguments] == texts
    assert SECRET not in seen.values()


async def test_an_install_that_fails_ends_as_one_of_dependencies(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    package = json.dumps({"dependencies": {"missing": "file:./missing.tgz"}})
    job = job_of(tmp_path, "nodejs", {"package.json": package})
    verdict = await _verdict(runner, job)
    assert verdict.reason is Reason.DEPENDENCY_INSTALL
    assert "missing.tgz" in verdict.detail
    assert await runner.registry.digest(job.image) is None


async def test_a_requirement_that_is_nowhere_ends_as_one_of_dependencies(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    requirements = "--no-index\nno-such-package==1\n"
    verdict = await _verdict(runner, job_of(tmp_path, "python", {"requirements.txt": requirements}))
    assert verdict.reason is Reason.DEPENDENCY_INSTALL
    assert "no-such-package" in verdict.detail


async def test_an_install_that_hangs_ends_as_timeout_with_no_process_left(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    mark = f"hangs-{tmp_path.parent.name}"
    hanging = f"node -e \"process.title = '{mark}'; setInterval(() => {{}}, 1000)\""
    package = {
        "dependencies": {"local": "file:./local"},
        "scripts": {"preinstall": hanging},
    }
    files = {
        "package.json": json.dumps(package),
        "local/package.json": '{"name": "local", "version": "1.0.0"}',
    }
    await runner.start(job_of(tmp_path, "nodejs", files, timeout=2))
    ended = asyncio.ensure_future(anext(runner.ended()))
    while not ended.done() and not Marked(mark).running():
        await asyncio.wait([ended], timeout=0.01)
    assert not ended.done(), "it hung nowhere"
    verdict = (await ended).verdict
    assert verdict is not None
    assert verdict.reason is Reason.TIMEOUT
    assert Marked(mark).running() == []
    assert Marked(str(runner.state)).running() == []


async def test_a_package_in_python_is_installed(runner: LocalJobRunner, tmp_path: Path) -> None:
    backend = """
import pathlib, zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    info, name = "made-1.0.dist-info", "made-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory, name), "w") as wheel:
        wheel.writestr("made.py", "WORD = 'made'")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: made\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""
    files = {
        "backend.py": backend,
        "pyproject.toml": (
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            '[project]\nname = "made"\nversion = "1.0"\n'
        ),
    }
    app = await _image(runner, job_of(tmp_path, "python", files))
    assert (app / "dependencies/made.py").read_text() == "WORD = 'made'"
