"""What one COPY adds to an image, as the tar stream of a layer, not compressed."""

import posixpath
from collections.abc import Iterator, Mapping

from knative_lambda.adapters.packing.members import Member
from knative_lambda.adapters.packing.standing import is_standing
from knative_lambda.adapters.packing.tarred import Entry, new_parents, tarred
from knative_lambda.domain.recipe import Copy
from knative_lambda.domain.stage_reading import is_within
from knative_lambda.ports.image_assembler import CannotAppendError


def layer(copy: Copy, members: Mapping[str, Member]) -> Iterator[bytes]:
    """The files that *copy* finds among *members*, each where Docker would put it.

    A folder is copied as its content; a file goes into a target with a `/` at its end, and to any
    other target itself. Files have the modes they have in the context. Each directory comes once
    before its first file, with mode 0755, also those above the target, since not every runtime
    gives one that it has to make by itself a mode that others can enter. Only those that a base
    brings, with owners and modes of its own, are not there (`is_standing`).

    Raises:
        CannotAppendError: A file would lie where another needs a directory.
        TreeChangedError: A file is no longer what was scanned, always before the last block.
    """
    placed: dict[str, Member] = {}
    for source in copy.sources:
        placed.update(_placed(source, copy.target, members))
    yield from tarred(_entries(placed))


def _placed(
    source: str, target: str, members: Mapping[str, Member]
) -> Iterator[tuple[str, Member]]:
    if (member := members.get(source)) is not None:
        # Without a slash at its end this is the target itself.
        name = posixpath.basename(source) if target.endswith("/") else ""
        yield (target + name).lstrip("/"), member
        return
    for path, member in members.items():
        if is_within(path, source):
            yield posixpath.join(target, posixpath.relpath(path, source)).lstrip("/"), member


def _entries(placed: Mapping[str, Member]) -> Iterator[Entry]:
    made = {""}
    for path in sorted(placed, key=str.encode):
        for parent in new_parents(path, made):
            if parent in placed:
                raise CannotAppendError("its Dockerfile copies a file over a folder")
            if not is_standing(parent):
                yield parent, None
        yield path, placed[path]
