"""The files of a build context: one value per file, their order, and why a file is refused."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import attrs

from knative_lambda.adapters.packing import names

MAX_MODE = 0o777


class TreeRefusedError(Exception):
    """A source tree that will not be packed.

    The text is one sentence for the tenant. `path` is the file's path in the tree, fit to be
    shown; `rule` is the rest of the sentence. `kind` tells a tree over a limit of size from
    one with something in it that is never packed.
    """

    def __init__(self, path: str, rule: str, kind: Literal["rejected", "too_large"]) -> None:
        super().__init__(path, rule, kind)
        self.path = path
        self.rule = rule
        self.kind = kind

    def __str__(self) -> str:
        return f"'{self.path}' {self.rule}."


def refused(path: str, rule: str) -> TreeRefusedError:
    """The refusal of one file for what it is; `path` may hold anything a file system allows."""
    return TreeRefusedError(names.shown(path), rule, "rejected")


def _allowed(_member: object, _field: object, path: str) -> None:
    fault = names.fault(path)
    if fault is not None:
        raise refused(path, fault)


@attrs.frozen
class Member:
    """One regular file of a build context.

    `path` is relative and POSIX; `size` is in bytes; `sha256` is the content's, in lower-case
    hex. `origin` is the local file to read the content from, or the content itself.
    `architecture` is what a native file is for, such as `amd64`.
    """

    path: str = attrs.field(validator=_allowed)
    mode: int = attrs.field(validator=[attrs.validators.ge(0), attrs.validators.le(MAX_MODE)])
    size: int
    sha256: str
    origin: Path | bytes = attrs.field(repr=False)
    architecture: str | None = None


def rendered(path: str, content: bytes, mode: int = 0o644) -> Member:
    """A generated file, held in memory."""
    return Member(path, mode, len(content), hashlib.sha256(content).hexdigest(), content)


def ordered(members: Iterable[Member]) -> tuple[Member, ...]:
    """The members by the UTF-8 bytes of their paths.

    Two members of one path, or a file where another member needs a directory, are refused.
    """
    result = tuple(sorted(members, key=lambda member: member.path.encode()))
    files: set[str] = set()
    for member in result:
        if member.path in files:
            raise refused(member.path, "is there twice; keep one of the two")
        files.add(member.path)
    directories: set[str] = set()
    for member in result:
        parent = member.path.rpartition("/")[0]
        while parent and parent not in directories:
            if parent in files:
                raise refused(parent, "is both a file and a directory; rename one of the two")
            directories.add(parent)
            parent = parent.rpartition("/")[0]
    return result
