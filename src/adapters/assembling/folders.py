"""The working directories of a recipe, each of which is made where it is not there."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from knative_lambda.adapters.assembling.base import PlatformImage
from knative_lambda.adapters.packing.standing import is_standing
from knative_lambda.adapters.packing.tarred import tarred
from knative_lambda.domain.recipe import Recipe
from knative_lambda.ports.image_assembler import CannotAppendError

_ROOTS: Final = frozenset({"", "0", "root", "0:0", "root:root", "0:root", "root:0"})


def made(recipe: Recipe, base: PlatformImage) -> Iterator[tuple[str, ...]]:
    """The folders that each step of *recipe* makes on *base*, the outermost first.

    What the base's own working directory lies in is there, and it too.

    Raises:
        CannotAppendError: One would belong to a user whose number only the base knows.
    """
    config = base.config.get("config") or {}
    there = PurePosixPath(config.get("WorkingDir") or "/")
    known = {there, *there.parents}
    belongs_to_root = str(config.get("User") or "") in _ROOTS
    for step in recipe.steps:
        # A user of the recipe's own makes none, unless that is root.
        belongs_to_root |= step.words[:4].upper() == "USER"
        wanted = PurePosixPath(step.folder or "/")
        new = [one for one in (*reversed(wanted.parents), wanted) if one not in known]
        if new and not belongs_to_root:
            raise CannotAppendError("its working directory belongs to the base image's user")
        known.update(new)
        yield tuple(one for one in (str(each).strip("/") for each in new) if not is_standing(one))


def tar(folders: Sequence[str]) -> Iterator[bytes]:
    """With *folders*, each of which belongs to root."""
    return tarred((folder, None) for folder in folders)
