"""Processes are run, heard and ended with all that they started."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from contracts.contract import eventually
from support.local import Marked

from knative_lambda.adapters.local.process_group import ProcessGroup
from knative_lambda.adapters.local.toolchain import Command

_OURS = Path(__file__).parents[3]


class _Run:
    """A shell script as a group, and what it has said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marked = Marked(f"MARK={folder}")
        self.said = bytearray()

    async def start(self, script: str) -> ProcessGroup:
        environment: Mapping[str, str] = {"PATH": os.environ["PATH"], "MARK": str(self.folder)}
        command = Command(("sh", "-c", script), self.folder)
        return await ProcessGroup.start(command, environment, self.said.extend)

    async def says(self, words: bytes) -> None:
        async def said() -> bool:
            return words in self.said

        await eventually(said)

    async def has_ended(self) -> None:
        async def ended() -> bool:
            return not self.marked.running()

        await eventually(ended)


@pytest.fixture
def run(tmp_path: Path) -> _Run:
    return _Run(tmp_path)


async def test_the_exit_code_comes_when_all_output_was_heard(run: _Run) -> None:
    group = await run.start("seq 100000; echo last >&2; exit 3")
    assert await group.wait() == 3
    assert run.said.endswith(b"\n100000\nlast\n")


async def test_a_program_that_a_signal_ended_has_the_exit_code_of_shells(run: _Run) -> None:
    group = await run.start("kill -9 $$")
    assert await group.wait() == 128 + signal.SIGKILL


async def test_there_is_no_input(run: _Run) -> None:
    assert await (await run.start("cat; pwd")).wait() == 0
    assert run.said.decode() == f"{run.folder}\n"


async def test_what_a_program_leaves_behind_is_ended_with_it(run: _Run) -> None:
    group = await run.start("sleep 1000 & echo started")
    assert await group.wait() == 0
    await run.has_ended()


async def test_a_program_that_is_asked_to_end_may_do_so_in_its_own_way(run: _Run) -> None:
    group = await run.start("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.01; done")
    await run.says(b"up")
    await group.stop(grace=60)
    assert await group.wait() == 7
    assert run.said.endswith(b"bye\n")


async def test_a_program_that_will_not_end_is_killed_with_its_children(run: _Run) -> None:
    group = await run.start("trap '' TERM; sleep 1000 & echo up; while :; do sleep 0.01; done")
    await run.says(b"up")
    await group.stop(grace=0.01)
    assert await group.wait() == 128 + signal.SIGKILL
    await run.has_ended()


async def test_a_stop_that_is_cancelled_kills_at_once(run: _Run) -> None:
    group = await run.start("trap '' TERM; echo up; while :; do sleep 0.01; done")
    await run.says(b"up")
    stopping = asyncio.create_task(group.stop(grace=1000))
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
    assert await group.wait() == 128 + signal.SIGKILL


async def test_stopping_what_has_ended_is_no_error(run: _Run) -> None:
    group = await run.start("exit 0")
    await group.wait()
    await group.stop(grace=1)
    assert await group.wait() == 0


async def test_a_program_that_is_not_there_leaves_nothing_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counts, and makes no paths
    with pytest.raises(FileNotFoundError):
        await ProcessGroup.start(Command(("no-such-program",), tmp_path), {}, bytearray().extend)
    await asyncio.sleep(0)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - as above


async def test_nothing_outlives_a_process_that_forgot_to_stop_it(run: _Run) -> None:
    script = """
import asyncio, os, sys
from pathlib import Path
from knative_lambda.adapters.local.process_group import ProcessGroup
from knative_lambda.adapters.local.toolchain import Command

async def main():
    await ProcessGroup.start(
        Command(("sleep", "1000"), Path.cwd()), {**os.environ, "MARK": sys.argv[1]}, print
    )
    raise SystemExit(5)

asyncio.run(main())
"""
    command = [sys.executable, "-c", script, str(run.folder)]
    forgetful = await asyncio.create_subprocess_exec(*command, cwd=_OURS)
    assert await forgetful.wait() == 5
    await run.has_ended()
