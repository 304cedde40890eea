"""The folders that a recipe works in, each of which is made where it is not there."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from knative_lambda.adapters.assembling.base import PlatformImage
from knative_lambda.adapters.packing.standing import is_standing
from knative_lambda.adapters.packing.tarred import tarred
from knative_lambda.domain.recipe import Recipe
from knative_lambda.ports.image_assembler import CannotAppendError

_PATHS: Final = 256  # that are kept in mind; most functions have the same
_ROOTS: Final = frozenset({"", "0", "root", "0:0", "root:root", "0:root", "root:0"})


def made(recipe: Recipe, base: PlatformImage) -> Iterator[tuple[str, ...]]:
    """The folders that each step of *recipe* makes on *base*, the outermost first.

    The base's own working directory is there, and so is what it lies in.

    Raises:
        CannotAppendError: One belongs to the base's user, or may do so, of whom only a build knows
            the number.
    """
    config = base.config.get("config") or {}
    there = frozenset(_line(str(config.get("WorkingDir") or "/")))
    of_root = str(config.get("User") or "") in _ROOTS
    owned, known = frozenset() if of_root else there, set(there)
    for step in recipe.steps:
        if step.copy is not None and not owned.isdisjoint(_line(step.copy.target)):
            raise CannotAppendError("its files go into a folder that is the base image's own")
        new = [one for one in _line(step.folder or "/") if one not in known]
        # A user of the recipe's own makes none, unless that is root.
        of_root |= step.words[:4].upper() == "USER"
        if new and not of_root:
            raise CannotAppendError("its working directory belongs to the base image's user")
        known.update(new)
        yield tuple(new)


def tar(folders: Sequence[str]) -> Iterator[bytes]:
    """With *folders*, each of which belongs to root."""
    return tarred((folder, None) for folder in folders)


@lru_cache(_PATHS)
def _line(path: str) -> tuple[str, ...]:
    """*path* and what it lies in, the outermost first, but for what all bases have."""
    whole = PurePosixPath(path)
    names = (str(each).strip("/") for each in (*reversed(whole.parents), whole))
    return tuple(name for name in names if name and not is_standing(name))
