"""What a source consists of, whichever way it came."""

from collections.abc import Iterator

import attrs


class ItemsRefusedError(Exception):
    """A source that holds what is never taken; the text is the rest of a sentence about it."""


class TooMuchError(Exception):
    """A source over a limit; the text is what it has more than."""


@attrs.frozen
class Folder:
    """A directory."""

    path: str


@attrs.frozen
class File:
    """A regular file; its *pieces* are read before the next item is asked for."""

    path: str
    executable: bool
    pieces: Iterator[bytes] = attrs.field(repr=False)


@attrs.frozen
class Link:
    """A symbolic link to *target*, relative to its own folder."""

    path: str
    target: str


Item = Folder | File | Link
