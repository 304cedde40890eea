"""A folder, packed as an archive that is named for its hash."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import attrs

from knative_lambda.adapters.local.project import ProjectError
from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.context_builder import LIMITS
from knative_lambda.adapters.packing.tarred import TreeChangedError
from knative_lambda.adapters.packing.tree import TreeRefusedError, scan

_PIECE: Final = 1 << 20


@attrs.frozen
class Archive:
    """What is to be uploaded.

    Attributes:
        sha256: Of the archive itself, in lower-case hex.
        files: How many it holds.
        size: In bytes.
    """

    sha256: str
    files: int
    size: int
    _file: BinaryIO = attrs.field(repr=False)

    def pieces(self) -> Iterator[bytes]:
        """The archive from its beginning; the pieces of one call after those of another."""
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece


@contextmanager
def packed(folder: Path) -> Iterator[Archive]:
    """The files of *folder* that a build of it would take, in a file that is gone afterwards.

    Raises:
        ProjectError: It holds what is never packed, or too much, or nothing.
    """
    with tempfile.TemporaryFile(prefix="upload-") as file:
        digest = hashlib.sha256()
        try:
            members = scan(folder, "", LIMITS)
            for piece in stream(members):
                digest.update(piece)
                file.write(piece)
        except (TreeRefusedError, TreeChangedError) as error:
            raise ProjectError(f"{folder}: {error}") from error
        except OSError as error:
            raise ProjectError(f"{folder}: cannot be packed: {error.strerror}") from error
        if not members:
            raise ProjectError(f"{folder}: has no files that a build would take")
        yield Archive(digest.hexdigest(), len(members), file.tell(), file)
