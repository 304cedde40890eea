"""All that is in a file system, but for when it was written."""

import hashlib
import os
import stat
from pathlib import Path

import attrs


@attrs.frozen
class Entry:
    """What lies at a path.

    Attributes:
        content: A file's digest, or where a link leads.
    """

    mode: str
    owner: tuple[int, int]
    content: str


def files(root: Path) -> dict[str, Entry]:
    """Each path below *root*, with what lies there."""
    found = {}
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            place = Path(folder, name)
            found[str(place.relative_to(root))] = _entry(place)
    return found


def _entry(place: Path) -> Entry:
    status = place.lstat()
    content = ""
    if stat.S_ISLNK(status.st_mode):
        content = str(place.readlink())
    elif stat.S_ISREG(status.st_mode):
        with place.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    return Entry(stat.filemode(status.st_mode), (status.st_uid, status.st_gid), content)
