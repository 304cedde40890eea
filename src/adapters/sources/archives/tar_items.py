"""The items of a tar archive, whoever made it and whatever it asks for."""

import gzip
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final, Self

from knative_lambda.adapters.packing import content
from knative_lambda.adapters.packing.reader import DAMAGE
from knative_lambda.adapters.sources.archives.item import (
    File,
    Folder,
    Item,
    ItemsRefusedError,
    Link,
)
from knative_lambda.adapters.sources.archives.register import refused

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
_EXECUTABLE: Final = 0o100


def tar_items(stream: BinaryIO, *, gzipped: bool) -> Iterator[Item]:
    """What *stream* holds, in bounded memory.

    Raises:
        ItemsRefusedError: It is damaged, or asks for what is never done.
    """
    with _damage_refused():
        if gzipped:
            with gzip.GzipFile(fileobj=stream, mode="rb") as plain:
                yield from _items(plain)
        else:
            yield from _items(stream)


def _items(plain: gzip.GzipFile | BinaryIO) -> Iterator[Item]:
    with tarfile.open(
        fileobj=plain, mode="r|", bufsize=_BUFFER, tarinfo=_Header, encoding="utf-8"
    ) as tar:
        while (header := tar.next()) is not None:
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
