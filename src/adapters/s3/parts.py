"""A stream of pieces as parts of equal size, each of which can be sent again."""

import base64
import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import attrs

PART: Final = 8 << 20  # bytes, in all parts but the last; S3 wants 5 MiB at least


@attrs.frozen
class Part:
    """A part in memory.

    Attributes:
        number: From 1.
        md5: Of the content, in base64: S3 refuses a part that was damaged on its way.
        last: Whether nothing comes after it.
    """

    number: int
    _content: BytesIO = attrs.field(repr=False)
    md5: str
    last: bool

    def from_the_start(self) -> BytesIO:
        """The content, to be read by one sender at a time."""
        self._content.seek(0)
        return self._content

    def forget(self) -> None:
        """Free the memory; it cannot be sent again."""
        self._content.close()


@attrs.define(eq=False)
class PartReader:
    """Reads no further than to the first byte after the part that it gives.

    Attributes:
        pieces: Of any sizes; asking for one may block.
    """

    pieces: Iterator[bytes]
    _left: memoryview = attrs.field(default=memoryview(b""), init=False)  # of the newest piece
    _number: int = attrs.field(default=0, init=False)

    def read(self) -> Part:
        """The next part; blocks. It is empty only if there was nothing at all."""
        content = BytesIO()
        digest = hashlib.md5(usedforsecurity=False)
        while (room := PART - content.tell()) and self._has_more():
            piece, self._left = self._left[:room], self._left[room:]
            content.write(piece)
            digest.update(piece)
        self._number += 1
        md5 = base64.b64encode(digest.digest()).decode()
        return Part(self._number, content, md5, last=not self._has_more())

    def _has_more(self) -> bool:
        while not self._left:
            piece = next(self.pieces, None)
            if piece is None:
                return False
            self._left = memoryview(piece)
        return True
