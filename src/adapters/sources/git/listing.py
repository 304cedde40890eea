"""The files of a commit: what git lists, and then writes one after the other."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import attrs

from knative_lambda.adapters.packing import content
from knative_lambda.adapters.sources.archives.item import (
    File,
    Item,
    ItemsRefusedError,
    Link,
    TooMuchError,
)
from knative_lambda.adapters.sources.archives.register import refused
from knative_lambda.adapters.sources.limits import FetchLimits

_LINK: Final = "120000"
_EXECUTABLE: Final = "100755"
_TARGET_BYTES: Final = 4096


@attrs.frozen
class Listed:
    """A file or link of a commit; its *size* is in bytes."""

    mode: str
    object_id: str
    size: int
    path: str


def read_listing(file: Path, limits: FetchLimits) -> Sequence[Listed]:
    """The files in what `git ls-tree -r -z --long` has written; submodules are left out.

    Raises:
        TooMuchError: They are over a limit.
    """
    listed: list[Listed] = []
    room = limits.tree.max_bytes
    for line in file.read_bytes().split(b"\0")[:-1]:
        facts, _, path = line.partition(b"\t")
        mode, kind, object_id, size = facts.decode().split()
        if kind != "blob":
            continue
        room -= int(size)
        if room < 0:
            raise TooMuchError(f"{limits.tree.max_bytes} bytes of content")
        if len(listed) == limits.tree.max_files:
            raise TooMuchError(f"{limits.tree.max_files} files")
        listed.append(Listed(mode, object_id, int(size), path.decode("utf-8", "surrogateescape")))
    return listed


def items(listed: Sequence[Listed], contents: BinaryIO) -> Iterator[Item]:
    """Each file, from what `git cat-file --batch` has written for them.

    Raises:
        ItemsRefusedError: One is not there, or a link is none.
    """
    for entry in listed:
        if contents.readline().split() != [entry.object_id.encode(), b"blob", b"%d" % entry.size]:
            raise ItemsRefusedError("is damaged")
        if entry.mode == _LINK:
            if entry.size > _TARGET_BYTES:
                raise refused(entry.path, "is a symbolic link to too long a name")
            yield Link(entry.path, _target(entry, contents.read(entry.size)))
        else:
            yield File(entry.path, entry.mode == _EXECUTABLE, _pieces(contents, entry.size))
        contents.read(1)  # a line ends here


def _target(entry: Listed, target: bytes) -> str:
    try:
        return target.decode()
    except UnicodeDecodeError as error:
        raise refused(entry.path, "is a symbolic link to a name that is no UTF-8") from error


def _pieces(contents: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        piece = contents.read(min(size, content.PIECE))
        if not piece:
            raise ItemsRefusedError("is damaged")
        size -= len(piece)
        yield piece
