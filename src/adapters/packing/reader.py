"""Reading of build contexts from archives, trusting nothing that stands in them."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Self

import attrs

from knative_lambda.adapters.packing import content, names
from knative_lambda.adapters.packing.members import MAX_MODE

_KINDS = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE, tarfile.XHDTYPE})
_PAX_KEYWORDS = frozenset({"path", "size"})
_PAX_BYTES = 4096  # a path at its longest, a size, and as much again
_BUFFER = 1 << 16
_MOST_BEHIND = 1 << 24  # bytes behind the end, to which some programs fill an archive up
# What is raised for a damaged archive; a RecursionError, for a long chain of PAX headers.
DAMAGE = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, RecursionError)


class ArchiveRefusedError(Exception):
    """An archive that is not a build context: damaged, cut short, or with unsafe entries."""


@attrs.frozen
class Entry:
    """One entry, its path checked; `pieces` is None for a directory, else read before the next."""

    path: str
    mode: int
    pieces: Iterator[bytes] | None


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """The entries of a gzip tar stream but for its root, in bounded memory.

    Raises ArchiveRefusedError, if need be at the very end: only there is the checksum known.
    """
    seen: dict[str, bool] = {}  # path -> whether it stands in the archive itself
    files: set[str] = set()
    # GzipFile, not tarfile's own "r|gz": that one neither bounds what one read inflates to,
    # nor verifies the checksum, nor notices a stream cut between two entries.
    with (
        _damage_refused(),
        gzip.GzipFile(fileobj=stream, mode="rb") as plain,
        tarfile.open(
            fileobj=plain, mode="r|", bufsize=_BUFFER, tarinfo=_Header, encoding="utf-8"
        ) as tar,
    ):
        for header in headers(tar):
            _check(header, seen, files)
            if header.name == ".":
                continue
            file = tar.extractfile(header)
            yield Entry(header.name, header.mode, None if file is None else _pieces(file))
        _drain(plain)


def headers(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The headers of *tar*, of which only the last is kept: an archive may have any number."""
    while (header := tar.next()) is not None:
        tar.members.clear()  # type: ignore[attr-defined]  # it is missing in what mypy knows of it
        yield header


def _drain(plain: gzip.GzipFile) -> None:
    behind = 0
    while piece := plain.read(_BUFFER):
        behind += len(piece)
        if behind > _MOST_BEHIND:
            raise ArchiveRefusedError(f"The archive has {_MOST_BEHIND} bytes behind its end.")


class _Header(tarfile.TarInfo):
    """A header refused as soon as it is read, before tarfile acts on what it asks for."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if not buf:
            raise ArchiveRefusedError("The archive ends without its end mark; send it whole.")
        if not any(buf):
            return super().frombuf(buf, encoding, errors)
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            # tarfile would take a damaged header for the end of the archive.
            raise ArchiveRefusedError(f"The archive is damaged: {error}.") from error
        if header.type not in _KINDS:
            raise _entry_refused(header.name, "is neither a regular file nor a directory")
        if header.size < 0 or (header.type == tarfile.XHDTYPE and header.size > _PAX_BYTES):
            raise _entry_refused(header.name, f"has a header of an impossible size, {header.size}")
        return header


def _check(header: tarfile.TarInfo, seen: dict[str, bool], files: set[str]) -> None:
    path = header.name
    if not _PAX_KEYWORDS.issuperset(header.pax_headers) or header.size < 0:
        raise _entry_refused(path, "has PAX attributes other than a path and a size")
    if header.isdir() and header.size:
        raise _entry_refused(path, "is a directory with content")
    if header.mode > MAX_MODE or header.mode < 0:
        raise _entry_refused(path, f"has the mode {header.mode:o}; the highest is {MAX_MODE:o}")
    if seen.get(path, False) or (header.isreg() and path in seen):
        raise _entry_refused(path, "is there twice")
    if not (header.isdir() and path == "."):
        fault = names.fault(path)
        if fault is not None:
            raise _entry_refused(path, fault)
    for parent in PurePosixPath(path).parents:
        if str(parent) in files:
            raise _entry_refused(path, "is inside of a file")
        seen.setdefault(str(parent), False)
    seen[path] = True
    if header.isreg():
        files.add(path)


def _entry_refused(path: str, rule: str) -> ArchiveRefusedError:
    return ArchiveRefusedError(f"'{names.shown(path)}' in the archive {rule}.")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with _damage_refused():
        yield from content.read(file)


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise ArchiveRefusedError(f"The archive is no whole gzip tar: {error}.") from error
    # tarfile's answer to numbers in PAX headers that are none, which it reads before we can look.
    except ValueError as error:
        raise ArchiveRefusedError("The archive has a header that makes no sense.") from error
