"""The items of a zip archive, whoever made it and whatever it asks for."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from knative_lambda.adapters.packing import content
from knative_lambda.adapters.sources.archives.item import (
    File,
    Folder,
    Item,
    ItemsRefusedError,
    Link,
    TooMuchError,
)
from knative_lambda.adapters.sources.archives.register import refused

_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_UNIX: Final = 3
_TARGET_BYTES: Final = 4096
_END: Final = struct.Struct("<4s4H2LH")
_MARK: Final = b"PK\x05\x06"
_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_BYTES: Final = 20
_COMMENT: Final = 1 << 16
_LISTING: Final = 64_000_000  # bytes


def zip_items(stream: BinaryIO) -> Iterator[Item]:
    """What the seekable *stream* holds.

    Raises:
        ItemsRefusedError: It is damaged, or asks for what is never done.
        TooMuchError: Already its list of files is too long.
    """
    with _damage_refused():
        _check_listing(stream)
        with zipfile.ZipFile(stream) as archive:
            spans = sorted(entry.header_offset for entry in archive.infolist())
            if len(set(spans)) < len(spans):
                raise ItemsRefusedError("has two files in the same place")
            for entry in archive.infolist():
                yield _item(archive, entry)


def _check_listing(stream: BinaryIO) -> None:
    """Refuse a list that would not fit into memory, which is where it is read to."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END.size - _COMMENT))
    tail = stream.read()
    # As zipfile looks for it.
    at = len(tail) - _END.size
    if at < 0 or not tail.startswith(_MARK, at) or tail[-2:] != bytes(2):
        at = tail.rfind(_MARK)
    if at < 0:
        raise ItemsRefusedError("is no whole zip archive")
    if tail[max(0, at - _LOCATOR_BYTES) : at].startswith(_LOCATOR):
        raise ItemsRefusedError("has a list for more than 65,535 files; pack fewer")
    _, _, _, _, _, length, _, _ = _END.unpack_from(tail, at)
    if length > _LISTING:
        raise TooMuchError(f"{_LISTING} bytes of names")


def _item(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Item:
    path = entry.filename.removeprefix("./")
    if entry.orig_filename != entry.filename:
        raise refused(entry.orig_filename, "has a control character in its name; rename it")
    if entry.flag_bits & _ENCRYPTED:
        raise refused(path, "is encrypted; pack it without a password")
    if entry.compress_type not in _METHODS:
        raise refused(path, "is compressed in a way other than deflate; pack it so")
    mode = entry.external_attr >> 16 if entry.create_system == _UNIX else 0
    kind = stat.S_IFMT(mode)
    if entry.is_dir() and not entry.file_size and kind in {0, stat.S_IFDIR}:
        return Folder(path.removesuffix("/"))
    if kind == stat.S_IFLNK:
        return Link(path, _target(archive, entry))
    if entry.is_dir() or kind not in {0, stat.S_IFREG}:
        raise refused(path, "is neither a file nor a directory")
    return File(path, bool(mode & stat.S_IXUSR), _pieces(archive, entry))


def _target(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as file:
        target = file.read(_TARGET_BYTES + 1)
    if len(target) > _TARGET_BYTES:
        raise refused(entry.filename, "is a symbolic link to too long a name")
    try:
        return target.decode()
    except UnicodeDecodeError as error:
        raise refused(entry.filename, "is a symbolic link to a name that is no UTF-8") from error


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with _damage_refused(), archive.open(entry) as file:
        yield from content.read(file)


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        raise ItemsRefusedError("is no whole zip archive") from error
    # What zipfile says of a feature it lacks, and of numbers that make no sense.
    except (NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
        raise ItemsRefusedError("asks for what no zip archive needs") from error
