"""The items of a source as they come, held against its limits and against each other."""

import posixpath
from pathlib import PurePosixPath
from typing import Final

import attrs

from knative_lambda.adapters.packing import names
from knative_lambda.adapters.sources.archives import paths
from knative_lambda.adapters.sources.archives.item import (
    Folder,
    Item,
    ItemsRefusedError,
    Link,
    TooMuchError,
)
from knative_lambda.adapters.sources.limits import FetchLimits

_LINKS: Final = 1000


@attrs.define(eq=False)
class Register:
    """Knows each path that was taken so far.

    Attributes:
        limits: Of what is taken.
        packed: The size of what it is unpacked from, in bytes; 0 if it is not packed.
    """

    limits: FetchLimits
    packed: int = 0
    _size: int = 0
    _files: int = 0
    _links: int = 0
    _taken: dict[str, "_Taken"] = attrs.field(factory=dict)  # by what `paths.alike` says

    def take(self, item: Item) -> None:
        """Note *item*.

        Raises:
            ItemsRefusedError: It is never taken, or not beside the others.
            TooMuchError: It is one too many.
        """
        fault = paths.fault(item.path)
        if fault is not None:
            raise refused(item.path, fault)
        for parent in reversed(PurePosixPath(item.path).parents[:-1]):
            self._note(str(parent), is_folder=True)
        self._note(item.path, is_folder=isinstance(item, Folder))
        if isinstance(item, Link):
            self._links += 1
            if self._links > _LINKS:
                raise TooMuchError(f"{_LINKS} links")
            self._judge_target(item)
        if not isinstance(item, Folder):
            self._files += 1
            if self._files > self.limits.tree.max_files:
                raise TooMuchError(f"{self.limits.tree.max_files} files")
        if len(self._taken) > self.limits.max_places:
            raise TooMuchError(f"{self.limits.max_places} files and directories")

    def add(self, size: int) -> None:
        """Note *size* bytes of content, which are not written yet.

        Raises:
            TooMuchError: They are too many, or too many for what they were unpacked from.
        """
        self._size += size
        if self._size > self.limits.tree.max_bytes:
            raise TooMuchError(f"{self.limits.tree.max_bytes} bytes of content")
        suspicious = self.packed and self._size > self.limits.ratio_from
        if suspicious and self._size > self.packed * self.limits.ratio:
            raise TooMuchError(f"{self.limits.ratio} times what it has packed")

    def _note(self, path: str, *, is_folder: bool) -> None:
        known = self._taken.setdefault(paths.alike(path), _Taken(path))
        if known.path != path:
            raise refused(path, f"cannot be told from '{names.shown(known.path)}' by all systems")
        if known.is_folder is not None and not (known.is_folder and is_folder):
            raise refused(path, "is there twice, or is both a file and a directory")
        known.is_folder = is_folder

    @staticmethod
    def _judge_target(link: Link) -> None:
        if not link.target or link.target.startswith("/") or "\\" in link.target:
            raise refused(link.path, "is a symbolic link that does not lead to a relative path")
        if any(character < " " for character in link.target):
            raise refused(link.path, "is a symbolic link to a name with control characters")
        leads_to = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), link.target))
        if leads_to == ".." or leads_to.startswith("../"):
            raise refused(link.path, "is a symbolic link out of the source")


@attrs.define
class _Taken:
    path: str
    is_folder: bool | None = None


def refused(path: str, rule: str) -> ItemsRefusedError:
    """The refusal of one item."""
    return ItemsRefusedError(f"'{names.shown(path)}' {rule}")
