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


def stand_aside() -> None:
    """Leave a core to what is measured, with all that is started from now on."""
    if _TWO:
        os.sched_setaffinity(0, {OTHERS})


@attrs.frozen
class Inside:
    """Where they run.

    Attributes:
        python: Of the environment.
        folder: For their files; their log stays there.
    """

    python: Path
    folder: Path

    async def answer(self, module: str, *words: str, variables: Mapping[str, str]) -> Any:
        """What *module* answers, as JSON, from the core that is left to it.

        Raises:
            RuntimeError: It failed; says what it logged last.
        """
        async with self._started(_within(module), words, variables, OURS) as process:
            told, _ = await process.communicate()
        if process.returncode:
            log = (self.folder / "log").read_text("utf-8", "replace")
            raise RuntimeError(f"{module} failed:\n{log[-4000:]}")
        return json.loads(told)

    @asynccontextmanager
    async def beside(self, module: str) -> AsyncIterator[str]:
        """While *module* runs on the other core: the first line that it tells."""
        async with self._started(_within(module), (), {}, OTHERS) as process:
            if process.stdout is not None:
                yield (await process.stdout.readline()).decode().strip()

    @asynccontextmanager
    async def running(
        self, module: str, *words: str, variables: Mapping[str, str]
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """*module*, by its whole name, while it runs on the core that is left to it."""
        async with self._started(module, words, variables, OURS) as process:
            yield process

    @asynccontextmanager
    async def _started(
        self, module: str, words: tuple[str, ...], variables: Mapping[str, str], core: int
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        with (self.folder / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(str(self.python), "-m", module, *words),
                env={**_variables(self.folder), **variables},
                cwd=self.folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                preexec_fn=lambda: os.sched_setaffinity(0, {core}) if _TWO else None,
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
