"""The way back from an archive to a directory, for builds on the local machine."""

import os
from pathlib import Path
from typing import BinaryIO

from knative_lambda.adapters.packing.reader import ArchiveRefusedError, entries

__all__ = ["ArchiveRefusedError", "unpack"]


def unpack(stream: BinaryIO, into: Path) -> None:
    """Writes the archive's files, each with exactly its mode, into an empty or new directory.

    A FileExistsError tells that the directory holds something: in an empty one no link can
    lead a write elsewhere. ArchiveRefusedError refuses the archive; what was written until
    then stays, for the caller to remove.
    """
    into.mkdir(exist_ok=True)
    if any(into.iterdir()):
        raise FileExistsError(f"{into} is not empty; an archive is unpacked into an empty one")
    for entry in entries(stream):
        place = into / entry.path
        if entry.pieces is None:
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        # Exclusive, as the entries' paths differ: what is there already is no file of ours.
        with place.open("xb") as file:
            for piece in entry.pieces:
                file.write(piece)
            os.fchmod(file.fileno(), entry.mode)
