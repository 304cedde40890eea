"""A program that is cancelled in whichever moment is cancelled."""

import asyncio
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

import attrs
import pytest

from knative_lambda.adapters.sources.git.process import Program


@attrs.define(eq=False)
class CancelledAtItsEnd:
    """A process whose end is the moment in which whoever waits for it is cancelled, once."""

    process: Process
    told: bool = False

    @property
    def pid(self) -> int:
        return self.process.pid

    async def wait(self) -> int:
        code = await self.process.wait()
        task = asyncio.current_task()
        if task is not None and not self.told:
            self.told = True
            task.cancel()
        return code


async def test_a_cancel_as_the_program_ends_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = asyncio.create_subprocess_exec

    async def start(*words: str, **options: Any) -> CancelledAtItsEnd:
        return CancelledAtItsEnd(await usual(*words, **options))

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    program = Program(tmp_path, {"PATH": "/usr/bin:/bin"})
    running = asyncio.create_task(program.run("true", out=tmp_path / "out", most=1000))
    await asyncio.wait([running])
    assert running.cancelled()


async def test_a_program_that_is_not_cancelled_tells_how_it_ended(tmp_path: Path) -> None:
    program = Program(tmp_path, {"PATH": "/usr/bin:/bin"})
    ended = await program.run("sh", "-c", "echo no >&2; exit 3", out=tmp_path / "out", most=1000)
    assert (ended.code, ended.said) == (3, "no\n")
