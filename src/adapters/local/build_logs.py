"""Logs of builds on this machine, also of those that another process runs."""

import asyncio
import gzip
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

import attrs

from knative_lambda.adapters.kept_log import END, HEAD, KeptLog, end_of
from knative_lambda.adapters.local.file_urls import path_of
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.build_logs import BuildLogs

LOG: Final = "log"  # a file, in the folder of a Job
_ENDED: Final = "ended"  # a file that says so
_PIECE: Final = 64 * 1024  # bytes
_EVERY: Final = 0.1  # seconds between two looks: files send no signal
_REST: Final = b"\n[the rest is too long to be followed: read it when the build has ended]\n"


@attrs.frozen
class LocalBuildLogs(BuildLogs):
    """Reads what a runner writes in `{state}/jobs/{name}/`."""

    state: Path

    async def open(self, job: str, *, follow: bool) -> AsyncIterator[bytes] | None:
        """The files as they grow; opened now, so that they can be read when they are removed."""
        folder = self.state / "jobs" / job
        first = _Growing(folder / LOG)
        return _read(folder, first, follow=follow) if first.is_there() else None


@attrs.define(eq=False)
class _Growing:
    """A file that somebody else writes, and perhaps has not begun to."""

    path: Path
    given: int = 0
    _file: BinaryIO | None = None

    def is_there(self) -> bool:
        """Whether it can be read; from then on, that stays so."""
        if self._file is None:
            try:
                self._file = self.path.open("rb")
            except FileNotFoundError:
                return False
            except OSError as error:
                raise TransientError(f"the log cannot be read: {error.strerror}") from error
        return True

    def read(self, most: int) -> bytes:
        """What has come since the last time, at most that many bytes."""
        piece = self._file.read(most) if self.is_there() and self._file is not None else b""
        self.given += len(piece)
        return piece

    def close(self) -> None:
        """Read it no more."""
        if self._file is not None:
            self._file.close()


def is_over(folder: Path) -> bool:
    """Whether the Job in *folder* runs no more."""
    return (folder / _ENDED).exists() or not folder.exists()


async def _read(folder: Path, first: _Growing, *, follow: bool) -> AsyncIterator[bytes]:
    for file, most in ((first, HEAD), (_Growing(end_of(folder / LOG)), END)):
        with closing(file):
            while file.given < most:
                over = not follow or is_over(folder)
                if piece := await asyncio.to_thread(file.read, min(_PIECE, most - file.given)):
                    yield piece
                elif over:
                    return
                else:
                    await asyncio.sleep(_EVERY)
    yield _REST  # from here on, the second file is written over from its beginning


def finish(log: KeptLog, url: str) -> None:
    """Leave a copy of *log* at *url*, if that is on this machine, and say that it has ended.

    Raises:
        OSError: It cannot be written.
    """
    (log.path.parent / _ENDED).touch()
    if not url.startswith("file:"):
        return
    place = path_of(url)
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, written = tempfile.mkstemp(dir=log.path.parent)
    with os.fdopen(descriptor, "wb") as file, gzip.open(file, "wb") as packed:
        for piece in log.pieces():
            packed.write(piece)
    Path(written).replace(place)
