"""A program that runs with bounded output, memory and time, and ends with whatever it started."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.threads import in_thread

# What is run is given as arguments: nothing of it is read by the shell.
_LIMITED: Final = (
    "sh",
    "-c",
    'ulimit -c 0 && ulimit -f "$1" && ulimit -v "$2" && shift 2 && exec "$@"',
    "sh",
)
_BLOCK: Final = 512  # bytes, in which a shell counts files
_MEMORY: Final = 4 << 20  # KiB
_SIGNALLED: Final = 128  # as shells have it: a program ended by signal n has the exit code 128 + n
_LAST_WORDS: Final = 1 << 16  # bytes


@attrs.frozen
class Ended:
    """How it ended: its exit code, negative for a signal, and the end of what it complained of."""

    code: int
    said: str

    @property
    def wrote_too_much(self) -> bool:
        """Whether a file that it, or a program that it has started, wrote grew over the limit."""
        number = signal.SIGXFSZ
        return self.code in {-number, _SIGNALLED + number} or f"signal {number:d}" in self.said


@attrs.frozen
class Program:
    """Runs a program in *folder*, where its outputs go to files."""

    folder: Path
    environment: Mapping[str, str] = attrs.field(repr=False)

    async def run(self, *words: str, out: Path, most: int, given: Path = Path(os.devnull)) -> Ended:
        """Run *words*, with *given* for input and *out* for output.

        It is killed when this is cancelled.

        Args:
            most: Bytes that any file it writes may have.
        """
        complaints = out.with_name(f"{out.name}.errors")
        limits = (str(-(-most // _BLOCK)), str(_MEMORY))
        with given.open("rb") as stdin, out.open("wb") as stdout, complaints.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *_LIMITED,
                *limits,
                *words,
                cwd=self.folder,
                env=self.environment,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
            try:
                code = await process.wait()
            finally:
                # Of the whole session: programs that it started may still be there.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await _reaped(process)
        return Ended(code, await in_thread(lambda: _end_of(complaints)))


async def _reaped(process: asyncio.subprocess.Process) -> None:
    """Wait for *process*, whoever cancels meanwhile, and only then be cancelled."""
    waiting = asyncio.ensure_future(process.wait())
    cancelled: asyncio.CancelledError | None = None
    while not waiting.done():
        try:
            await asyncio.shield(waiting)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


def _end_of(file: Path) -> str:
    with file.open("rb") as stream:
        stream.seek(-min(_LAST_WORDS, file.stat().st_size), os.SEEK_END)
        return stream.read().decode("utf-8", "replace")
