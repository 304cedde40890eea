"""Modules of `benchmarks/inside`, run in an environment of their own, on a core of their own."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.frame.environment import importable

OURS, OTHERS = 0, 1  # cores: of what is measured, and of all that it talks to
_TWO: Final = len(os.sched_getaffinity(0)) > 1


def stay_on(core: int) -> None:
    """Keep this process, with all that it starts from now on, on one core, if there are two."""
    if _TWO:
        os.sched_setaffinity(0, {core})


@attrs.frozen
class Inside:
    """Where they run.

    Attributes:
        python: Of the environment.
        folder: For their files; their logs stay there.
    """

    python: Path
    folder: Path

    async def answer(self, module: str, *words: str, variables: Mapping[str, str]) -> Any:
        """What *module* answers, as JSON, from the core that is left to it.

        Raises:
            RuntimeError: It failed; says what it logged last.
        """
        name = _within(module)
        async with self._started(name, words, variables, OURS) as process:
            told, _ = await process.communicate()
        if process.returncode:
            raise self.failure(name)
        return json.loads(told)

    @asynccontextmanager
    async def beside(self, module: str) -> AsyncIterator[str]:
        """While *module* runs on the other core: the first line that it tells."""
        async with self._started(_within(module), (), {}, OTHERS) as process:
            if process.stdout is not None:
                yield (await process.stdout.readline()).decode().strip()

    @asynccontextmanager
    async def serving(
        self, module: str, *words: str, variables: Mapping[str, str]
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """While *module* runs on the core that is left to it, until it is told to end, and does.

        Raises:
            RuntimeError: It ended in another way; says what it logged last.
        """
        name = _within(module)
        async with self._started(name, words, variables, OURS) as process:
            yield process
            if process.returncode is None:
                process.terminate()
            if await process.wait():
                raise self.failure(name)

    @asynccontextmanager
    async def running(
        self, module: str, *words: str, variables: Mapping[str, str]
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """*module*, by its whole name, while it runs on the core that is left to it."""
        async with self._started(module, words, variables, OURS) as process:
            yield process

    def failure(self, module: str) -> RuntimeError:
        """That *module*, by its whole name, failed; says what it logged last."""
        log = (self.folder / f"{module}.log").read_text("utf-8", "replace")
        return RuntimeError(f"{module} failed:\n{log[-4000:]}")

    @asynccontextmanager
    async def _started(
        self, module: str, words: tuple[str, ...], variables: Mapping[str, str], core: int
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        with (self.folder / f"{module}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(str(self.python), "-m", module, *words),
                env={**_variables(self.folder), **variables},
                cwd=self.folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                preexec_fn=lambda: stay_on(core),
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _within(module: str) -> str:
    return f"benchmarks.inside.{module}"


def _variables(folder: Path) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder),
        "PYTHONPATH": str(importable()),
    }
