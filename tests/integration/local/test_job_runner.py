"""Builds as local processes keep the laws of the port, and leave nothing behind."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest
from contracts.contract import DEADLINE, eventually
from contracts.job_runner import NAME, OTHER, JobRunnerContract
from support.local import CLOCK, Marked, job_of

from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.job_runner import LocalJobRunner
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import BuildJob, JobRunner, JobSpec
from knative_lambda.sidecar.verdict import judge

_SCRIPTED = '{"scripts": {"build": "scripted"}}'
# Stands in for npm: ends as the file at $GATE says, once it is there.
_GATED = """
while ! mv "$GATE" "$GATE.taken" 2>/dev/null; do sleep 0.005; done
exit "$(cat "$GATE.taken")"
"""


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[LocalJobRunner]:
    state = tmp_path / "state"
    runner = LocalJobRunner(state, LocalImageRegistry(state), judge, CLOCK)
    yield runner
    await runner.close()


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is run as npm from now on."""
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    write(npm, _GATED)
    monkeypatch.setenv("PATH", f"{npm.parent}:{os.environ['PATH']}")
    return npm


def write(program: Path, script: str) -> None:
    """Make *program* one that runs that shell *script*."""
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def scripted_job(folder: Path, timeout: int = 60) -> JobSpec:
    """A Job that runs npm."""
    files = {"index.js": "", "package.json": _SCRIPTED}
    job = job_of(folder, "nodejs", files, timeout)
    return attrs.evolve(job, build_args=(("GATE", str(folder / job.name)),))


async def ended(runner: LocalJobRunner) -> BuildJob:
    """The next Job that ends."""
    async with asyncio.timeout(DEADLINE):
        return await anext(runner.ended())


class TestLocalJobRunner(JobRunnerContract):
    @pytest.fixture
    def runner(self, runner: LocalJobRunner, scripted: Path, tmp_path: Path) -> JobRunner:
        self.npm, self.folder, self.local = scripted, tmp_path, runner
        self.plain = scripted_job(tmp_path)
        return runner

    def job(self, name: str) -> JobSpec:
        job = super().job(name)
        return attrs.evolve(
            self.plain,
            name=name,
            build_id=job.build_id,
            image=job.image,
            build_args=(("GATE", str(self.folder / name)),),
        )

    async def end(self, name: str, *, well: bool) -> None:
        (self.folder / "verdict").write_text("0" if well else "1")
        (self.folder / "verdict").rename(self.folder / name)

    async def pushed(self, image: str) -> bool:
        return await LocalImageRegistry(self.local.state).digest(image) is not None

    async def present(self) -> set[str]:
        jobs = self.local.state / "jobs"
        return {path.name for path in jobs.iterdir() if path.is_dir()}


async def test_a_success_says_the_digest_that_the_registry_gives(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    job = job_of(tmp_path, "python", "def handler(event, context): ...")
    await runner.start(job)
    seen = await ended(runner)
    assert seen == await runner.look(job.name)
    assert seen.verdict == Verdict(digest=await runner.registry.digest(job.image))
    assert runner.log(job.name) == "there are no dependencies to install\n"
    app = await runner.registry.path(job.image)
    assert app is not None
    assert sorted(path.name for path in app.iterdir()) == ["function", "runtime"]


async def test_the_log_is_kept_with_the_job(
    runner: LocalJobRunner, scripted: Path, tmp_path: Path
) -> None:
    write(scripted, "echo $*; echo oh >&2; exit 3")
    job = scripted_job(tmp_path)
    await runner.start(job)
    seen = await ended(runner)
    assert seen.verdict == Verdict(
        Reason.BUILD_EXIT, "exit code 3, in `npm run build`\nrun build\noh"
    )
    assert runner.log(job.name) == "$ npm run build\nrun build\noh\n"
    await runner.release(job.name)
    assert runner.log(job.name) == ""


async def test_without_npm_the_build_fails_and_says_what_to_install(
    runner: LocalJobRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    await runner.start(scripted_job(tmp_path))
    verdict = (await ended(runner)).verdict
    assert verdict is not None
    assert verdict.reason is Reason.BUILD_EXIT
    assert verdict.detail.startswith("exit code 127\nnpm: not found; install Node.js")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"context_url": "file:///missing"}, "cannot be read: No such file"),
        ({"context_url": "https://store.test/x"}, "must be a file:///"),
        ({"tree_hash": "0" * 64}, f"it should be {'0' * 64}"),
    ],
)
async def test_a_context_that_cannot_be_used_fails_the_build(
    runner: LocalJobRunner, tmp_path: Path, fault: dict[str, str], words: str
) -> None:
    good = job_of(tmp_path, "python", "")
    job = attrs.evolve(
        good,
        context_url=fault.get("context_url", good.context_url),
        tree_hash=fault.get("tree_hash", good.tree_hash),
    )
    await runner.start(job)
    verdict = (await ended(runner)).verdict
    assert verdict is not None
    assert verdict.reason is Reason.BUILD_EXIT
    assert words in verdict.detail
    assert await runner.registry.digest(job.image) is None


async def test_a_file_that_is_no_archive_fails_the_build(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    (tmp_path / "junk").write_bytes(b"junk")
    job = attrs.evolve(job_of(tmp_path, "python", ""), context_url=(tmp_path / "junk").as_uri())
    await runner.start(job)
    verdict = (await ended(runner)).verdict
    assert verdict is not None
    assert "no whole gzip tar" in verdict.detail


async def test_a_build_over_its_time_is_ended_with_all_its_processes(
    runner: LocalJobRunner, scripted: Path, tmp_path: Path
) -> None:
    write(scripted, "echo installing; sleep 1000 & sleep 1000")
    job = scripted_job(tmp_path, timeout=1)
    await runner.start(job)
    verdict = (await ended(runner)).verdict
    assert verdict is not None
    assert verdict.reason is Reason.TIMEOUT
    assert "installing" in verdict.detail
    assert await runner.registry.digest(job.image) is None
    assert Marked(f"GATE={tmp_path}").running() == []


async def test_a_build_that_cannot_even_fail_ends_as_internal(tmp_path: Path) -> None:
    runner = LocalJobRunner(tmp_path, LocalImageRegistry(tmp_path), lambda _: None, CLOCK)
    await runner.start(job_of(tmp_path, "python", ""))
    verdict = (await ended(runner)).verdict
    await runner.close()
    assert verdict is not None
    assert verdict.reason is Reason.INTERNAL


@pytest.mark.usefixtures("scripted")
async def test_a_runner_that_is_closed_leaves_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    runner = LocalJobRunner(state, LocalImageRegistry(state), judge, CLOCK)
    for _ in range(3):
        await runner.start(scripted_job(tmp_path))

    async def running() -> bool:
        return len(Marked(f"GATE={tmp_path}").running()) >= 3

    await eventually(running)
    await runner.close()
    assert Marked(f"GATE={tmp_path}").running() == []
    assert [path.name for path in (state / "jobs").iterdir()] == [".in-use"]
    assert list(await runner.list()) == []


async def test_the_jobs_of_an_earlier_process_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "jobs" / NAME / "app").mkdir(parents=True)
    runner = LocalJobRunner(tmp_path, LocalImageRegistry(tmp_path), judge, CLOCK)
    assert await runner.look(NAME) is None
    assert await runner.start(attrs.evolve(job_of(tmp_path, "python", ""), name=NAME))
    await runner.close()


@pytest.mark.usefixtures("scripted")
async def test_the_jobs_of_another_process_that_runs_are_left_alone(
    runner: LocalJobRunner, tmp_path: Path
) -> None:
    job = attrs.evolve(scripted_job(tmp_path), name=OTHER)
    assert await runner.start(job)
    second = LocalJobRunner(runner.state, runner.registry, judge, CLOCK)
    assert not await second.start(job)
    await second.close()
    assert (runner.state / "jobs" / OTHER).is_dir()
