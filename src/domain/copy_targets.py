"""Where in an image a COPY puts its files, and what is known of the folders there."""

import posixpath
from collections.abc import Collection, Sequence
from typing import Final

import attrs

from knative_lambda.domain.dockerfile import Instruction
from knative_lambda.domain.stage_reading import is_folder, is_within

_FOLDERS: Final = frozenset({".", ".."})
_ENDS_OF_FOLDERS: Final = ("/", "/.", "/..")


@attrs.frozen
class Entered:
    """A working directory; *new* unless an earlier instruction has made it."""

    path: str
    new: bool


@attrs.define
class Folders:
    """The folders that the instructions until now have made, and the one they stand in.

    Attributes:
        current: `None`: the base's, which is not known.
    """

    current: str | None = None
    _made: set[str] = attrs.field(factory=lambda: {"/"})
    _entered: set[str] = attrs.field(factory=set)

    def enter(self, instruction: Instruction, path: str) -> Entered:
        """Make *path* the working directory.

        Raises:
            NoRecipeError: It is relative to one that is not known.
        """
        entered = self._resolved(instruction, path)
        is_new = entered not in self._made
        self.current = entered
        self._entered.add(entered)
        self._make(entered)
        return Entered(entered, is_new)

    def receive(
        self,
        instruction: Instruction,
        target: str,
        sources: Sequence[str],
        files: Collection[str],
    ) -> str:
        """The absolute path that *target* means; with a `/` at its end it is surely a folder.

        Args:
            instruction: The COPY.
            target: As it stands there.
            sources: What is copied; those of a stage are absolute.
            files: All files of the context.

        Raises:
            NoRecipeError: It may mean a folder or a file, which only the base could tell.
        """
        path = self._resolved(instruction, target)
        says_folder = target in _FOLDERS or target.endswith(_ENDS_OF_FOLDERS)
        if len(sources) > 1 and not says_folder:
            raise instruction.refused("copies several files without a / behind their folder")
        surely_folder = says_folder or path in self._made
        folders = [source for source in sources if is_folder(source, files)]
        if not surely_folder and sources[0] in files and not self._is_ours(path):
            raise instruction.refused("copies a file without a / behind its folder")
        if surely_folder or folders:
            self._make(path)
        self._make(posixpath.dirname(path))
        for folder in folders:
            self._make_below(path, folder, files)
        return f"{path.rstrip('/')}/" if surely_folder else path

    def _is_ours(self, path: str) -> bool:
        """Whether a base has hardly anything there: it is below what we work in."""
        return any(path.startswith(f"{folder}/") for folder in self._entered - {"/"})

    def _resolved(self, instruction: Instruction, path: str) -> str:
        if self.current is None and not path.startswith("/"):
            raise instruction.refused("has a relative path before any absolute WORKDIR")
        return f"/{posixpath.normpath(posixpath.join(self.current or '/', path)).lstrip('/')}"

    def _make(self, path: str) -> None:
        while path not in self._made:
            self._made.add(path)
            path = posixpath.dirname(path)

    def _make_below(self, path: str, source: str, files: Collection[str]) -> None:
        for file in files:
            if is_within(file, source):
                self._make(posixpath.dirname(posixpath.join(path, posixpath.relpath(file, source))))
