"""Items, written below a new folder."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from knative_lambda.adapters.sources.archives.item import File, Folder, Item, Link
from knative_lambda.adapters.sources.archives.register import Register, refused


def write(items: Iterable[Item], into: Path, register: Register) -> None:
    """Write *items* below *into*, which is made; what was written when one is refused stays.

    Raises:
        ItemsRefusedError: One is never taken.
        TooMuchError: They are over a limit.
    """
    into.mkdir()
    links: list[Link] = []
    for item in items:
        register.take(item)
        place = into / item.path
        match item:
            case Folder():
                place.mkdir(parents=True, exist_ok=True)
            case File():
                place.parent.mkdir(parents=True, exist_ok=True)
                _write(item, place, register)
            case Link():
                place.parent.mkdir(parents=True, exist_ok=True)
                links.append(item)
    # Last, so that nothing is written through one.
    for link in links:
        (into / link.path).symlink_to(link.target)
    _check(links, Path(os.path.realpath(into)))


def _check(links: Sequence[Link], into: Path) -> None:
    """Refuse what leads out over another link, which no look at a single one can tell."""
    for link in links:
        if not Path(os.path.realpath(into / link.path)).is_relative_to(into):
            raise refused(link.path, "is a symbolic link out of the source")


def _write(item: File, place: Path, register: Register) -> None:
    with place.open("xb") as file:
        for piece in item.pieces:
            register.add(len(piece))
            file.write(piece)
        os.fchmod(file.fileno(), 0o755 if item.executable else 0o644)
