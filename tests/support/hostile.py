"""What strangers send to do harm, and the careless programs that it harms."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from knative_lambda.domain.failures import Reason

INTACT = "intact"
CODE = b"exports.handler = async () => 1;\n"
OTHER = b"exports.handler = async () => 'harmed';\n"
OUT = "../../../victim"  # from `Box.tree`
MOST_BYTES = 5_000_000  # that a source may have in the tests of hostile archives
MOST_FILES = 40


@attrs.frozen
class Box:
    """A folder to do harm in.

    Attributes:
        tree: Where a careless program unpacks to, as deep as we do.
        victim: What it should not touch.
    """

    folder: Path

    @property
    def tree(self) -> Path:
        return self.folder / "one" / "two" / "tree"

    @property
    def victim(self) -> Path:
        return self.folder / "victim"

    @property
    def is_harmed(self) -> bool:
        """Whether the victim is not what it was."""
        return self.victim.read_text("utf-8") != INTACT

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """With the victim intact and an empty tree, of which nothing is left afterwards."""
        self.victim.write_text(INTACT, "utf-8")
        self.tree.mkdir(parents=True)
        yield
        shutil.rmtree(self.folder / "one")
        self.victim.unlink()
        self.victim.write_text(INTACT, "utf-8")

    def snapshot(self) -> dict[str, bytes | None]:
        """All that is in the folder."""
        return {
            str(place.relative_to(self.folder)): place.read_bytes() if place.is_file() else None
            for place in self.folder.rglob("*")
        }


@attrs.frozen
class Archive:
    """A hostile archive.

    Attributes:
        kind: Its class.
        make: The archive, for a box.
        harms: Does what a careless program would; whether that did harm.
    """

    name: str
    kind: str
    make: Callable[[Box], bytes]
    harms: Callable[[bytes, Box], bool]
    reason: Reason = Reason.SOURCE_REJECTED

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"
