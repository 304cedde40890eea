"""The items of a tar archive, whoever made it and whatever it asks for."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final, Self

from knative_lambda.adapters.packing import content
from knative_lambda.adapters.packing.reader import DAMAGE, headers
from knative_lambda.adapters.sources.archives.item import (
    File,
    Folder,
    Item,
    ItemsRefusedError,
    Link,
    TooMuchError,
)
from knative_lambda.adapters.sources.archives.register import refused
from knative_lambda.adapters.sources.limits import FetchLimits

_EXTENSIONS: Final = frozenset(
    {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
)
_KINDS: Final = _EXTENSIONS | {tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE}
_WHAT: Final = {
    tarfile.LNKTYPE: "is a hard link; pack a copy of the file",
    tarfile.CHRTYPE: "is a device; only files can be built",
    tarfile.BLKTYPE: "is a device; only files can be built",
    tarfile.FIFOTYPE: "is a pipe; only files can be built",
    tarfile.GNUTYPE_SPARSE: "is a file with holes; pack it without --sparse",
}
_EXTENSION_BYTES: Final = 1 << 16
_BUFFER: Final = 1 << 16
_HEADERS: Final = 1 << 12  # bytes of a place, with long names and with what fills blocks up
_END: Final = 1 << 20  # bytes, to which some programs fill an archive up
_MOST_COMMON: Final = 100  # attributes for all entries, which tarfile keeps
_EXECUTABLE: Final = 0o100


def tar_items(stream: BinaryIO, limits: FetchLimits, *, gzipped: bool) -> Iterator[Item]:
    """What *stream* holds, in bounded memory; repeated folders are items, too.

    Raises:
        ItemsRefusedError: It is damaged, or asks for what is never done.
        TooMuchError: It has too many headers, or goes on for too long, whatever they say.
    """
    with _damage_refused():
        if gzipped:
            with gzip.GzipFile(fileobj=stream, mode="rb") as plain:
                yield from _items(plain, limits)
        else:
            yield from _items(stream, limits)


class _Bounded(io.BufferedIOBase):
    """Reads *plain*, from which *most* bytes may come."""

    def __init__(self, plain: gzip.GzipFile | BinaryIO, most: int) -> None:
        self._plain = plain
        self._most = most
        self._size = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As any file does; a TooMuchError beyond the limit."""
        piece = self._plain.read(-1 if size is None else size)
        self._size += len(piece)
        if self._size > self._most:
            raise TooMuchError(f"{self._most} bytes with all headers")
        return piece


def _items(plain: gzip.GzipFile | BinaryIO, limits: FetchLimits) -> Iterator[Item]:
    most = limits.tree.max_bytes + limits.max_places * _HEADERS + _END
    with tarfile.open(
        fileobj=_Bounded(plain, most),
        mode="r|",
        bufsize=_BUFFER,
        tarinfo=_Header,
        encoding="utf-8",
    ) as tar:
        # Those that give no item count, too, and those that repeat one.
        for count, header in enumerate(headers(tar), start=1):
            if count > limits.max_places:
                raise TooMuchError(f"{limits.max_places} files and directories")
            if len(tar.pax_headers or ()) > _MOST_COMMON:
                raise ItemsRefusedError(f"has more than {_MOST_COMMON} global attributes")
            item = _item(tar, header)
            if item is not None:
                yield item
        # What tarfile has read ahead is part of it.
        while piece := tar.fileobj.read(_BUFFER):
            # Some programs read on behind the end, and would see other files than we do.
            if any(piece):
                raise ItemsRefusedError("goes on after its end")


def _item(tar: tarfile.TarFile, header: tarfile.TarInfo) -> Item | None:
    if any(keyword.startswith("GNU.sparse.") for keyword in header.pax_headers):
        raise refused(header.name, _WHAT[tarfile.GNUTYPE_SPARSE])
    path = header.name.removeprefix("./")
    if header.isdir():
        return None if path in {"", "."} else Folder(path)
    if header.issym():
        return Link(path, header.linkname)
    file = tar.extractfile(header)
    if file is None:
        raise refused(path, "is neither a file nor a directory")
    return File(path, bool(header.mode & _EXECUTABLE), _pieces(file))


class _Header(tarfile.TarInfo):
    """A header refused as soon as it is read, before tarfile acts on what it asks for."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if not buf:
            raise ItemsRefusedError("ends without its end mark; send it whole")
        if not any(buf):
            return super().frombuf(buf, encoding, errors)
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            # tarfile would take a damaged header for the end of the archive.
            raise ItemsRefusedError("is damaged") from error
        if header.type not in _KINDS:
            raise refused(header.name, _WHAT.get(header.type, "is of a kind that nobody knows"))
        large = header.type in _EXTENSIONS and header.size > _EXTENSION_BYTES
        if header.size < 0 or large or (header.size and header.isdir()):
            raise refused(header.name, "has a header of an impossible size")
        return header


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with _damage_refused():
        yield from content.read(file)


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise ItemsRefusedError("is no whole tar archive") from error
    # tarfile's answer to numbers in PAX headers that are none.
    except ValueError as error:
        raise ItemsRefusedError("has a header that makes no sense") from error
