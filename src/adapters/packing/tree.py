"""The walk over a source directory that finds what goes into a build context."""

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterator
from pathlib import Path

import attrs

from knative_lambda.adapters.packing import content, names, native
from knative_lambda.adapters.packing.members import (
    Member,
    TreeRefusedError,
    ordered,
    refused,
    rendered,
)

__all__ = ["Member", "TreeLimits", "TreeRefusedError", "ordered", "rendered", "scan"]

_BUILT_ELSEWHERE = frozenset({"node_modules", "__pycache__", ".venv"})


@attrs.frozen
class TreeLimits:
    """The most a tree may hold: files, and bytes of their content together."""

    max_files: int
    max_bytes: int


def scan(directory: Path, prefix: str, limits: TreeLimits) -> tuple[Member, ...]:
    """One member per regular file of the tree, at `prefix/path/in/the/tree`, in packing order.

    Left out, at any depth:

    - every entry named `.git`: the history is no input of the build;
    - directories named `node_modules`, `__pycache__` or `.venv`, and those named `venv` that
      hold a `pyvenv.cfg`: products of a build on another machine, which this build makes anew.

    A symbolic link to a regular file of the tree is packed as a copy of that file. Any other
    link, and anything neither file nor directory, is refused, as are the names that
    `names.fault` finds at fault. A link to something left out is refused too: following it
    would bring in what the rule keeps out.
    """
    root = Path(os.path.realpath(directory))
    members: list[Member] = []
    room = limits.max_bytes
    for relative, file in _files(root):
        if len(members) == limits.max_files:
            rule = f"is one file too many; the limit is {limits.max_files} files"
            raise TreeRefusedError(names.shown(relative), rule, "too_large")
        member = _member(file, relative, prefix, room)
        if member is None:
            rule = f"brings the source over the limit of {limits.max_bytes} bytes"
            raise TreeRefusedError(names.shown(relative), rule, "too_large")
        room -= member.size
        members.append(member)
    return ordered(members)


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Each file's path in the tree, with the place of its content, which differs for a link."""
    waiting = [("", root)]
    while waiting:
        parent, directory = waiting.pop()
        for name, mode in _entries(directory, parent):
            relative, path = posixpath.join(parent, name), directory / name
            if _left_out(path, is_directory=stat.S_ISDIR(mode)):
                continue
            fault = names.fault(relative)
            if fault is not None:
                raise refused(relative, fault)
            if stat.S_ISDIR(mode):
                waiting.append((relative, path))
            elif stat.S_ISLNK(mode):
                yield relative, _linked(root, path, relative)
            elif stat.S_ISREG(mode):
                yield relative, path
            else:
                raise refused(relative, "is a device, socket or pipe; only files can be packed")


def _entries(directory: Path, relative: str) -> list[tuple[str, int]]:
    """The names in a directory, each with the mode of what stands there, links not followed."""
    # Sorted, so that of several faults in a tree the same one is named each time.
    try:
        with os.scandir(directory) as entries:
            return sorted(
                (entry.name, entry.stat(follow_symlinks=False).st_mode) for entry in entries
            )
    except PermissionError as error:
        raise refused(relative or ".", "cannot be read; give its owner read permission") from error


def _left_out(path: Path, *, is_directory: bool) -> bool:
    if path.name == ".git":
        return True
    if not is_directory:
        return False
    if path.name == "venv":
        return os.access(path / "pyvenv.cfg", os.F_OK)
    return path.name in _BUILT_ELSEWHERE


def _linked(root: Path, link: Path, relative: str) -> Path:
    try:
        target = Path(os.path.realpath(link, strict=True))
    except OSError as error:
        raise refused(relative, "is a symbolic link to nothing; remove it") from error
    if not target.is_relative_to(root):
        raise refused(relative, "is a symbolic link out of the source; replace it by a copy")
    if not target.is_file():
        raise refused(relative, "is a symbolic link to something other than a file; remove it")
    between = [target, *target.parents]
    for path in between[: between.index(root)]:
        if _left_out(path, is_directory=path != target):
            raise refused(relative, "is a symbolic link to a file that is left out; remove it")
    return target


def _member(file: Path, relative: str, prefix: str, room: int) -> Member | None:
    """The member for one file, or None when it is larger than the room left, in bytes."""
    packed = posixpath.join(prefix, relative)
    fault = names.fault(packed)
    if fault is not None:
        raise refused(relative, fault)
    try:
        opened = content.opened(file)
    except PermissionError as error:
        raise refused(relative, "cannot be read; give its owner read permission") from error
    with opened:
        status = opened.status
        if status.st_size > room:
            return None
        digest = hashlib.sha256()
        size = 0
        architecture = None
        for piece in content.pieces(opened):
            if not size:
                architecture = native.architecture(piece)
            digest.update(piece)
            size += len(piece)
            if size > status.st_size:
                break
    if size != status.st_size:
        raise refused(relative, "changed while it was read; leave the source alone and try again")
    mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
    return Member(packed, mode, size, digest.hexdigest(), file, architecture)
