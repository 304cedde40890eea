"""How much an archive may unpack to, found out before any of it is written."""

from pathlib import PurePosixPath
from typing import BinaryIO, Final

from knative_lambda.adapters.packing.reader import entries
from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason

# What the packer would take is let through, so that the packer can say best what it would not.
_DIRECTORIES: Final = 4  # for each file


def check_bounds(stream: BinaryIO, limits: TreeLimits) -> None:
    """Read the gzip tar in *stream* to its end, in bounded memory.

    Directories count too, also those that are only part of a path.

    Raises:
        SourceRefusedError: It holds more than *limits* allow.
        ArchiveRefusedError: It is no archive of ours.
    """
    most = limits.max_files * (1 + _DIRECTORIES)
    room = limits.max_bytes
    places: set[str] = set()
    for entry in entries(stream):
        places.update(map(str, [entry.path, *PurePosixPath(entry.path).parents[:-1]]))
        if len(places) > most:
            raise _too_large(f"{most} files and directories")
        for piece in entry.pieces or ():
            room -= len(piece)
            if room < 0:
                raise _too_large(f"{limits.max_bytes} bytes of content")


def _too_large(limit: str) -> SourceRefusedError:
    detail = f"source_url: the upload unpacks to more than {limit}; leave some files out"
    return SourceRefusedError(Reason.SOURCE_TOO_LARGE, detail)
