"""The name under which a function's repository keeps what a stage made."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from knative_lambda.domain.recipe import Copy, Recipe
from knative_lambda.domain.stage_reading import is_within

_PREFIX: Final = "dependencies-"
_DIGITS: Final = 40  # of the hash: as many as a commit of git has


def kept_layer(
    recipe: Recipe, digests: Mapping[str, str], build_args: Iterable[tuple[str, str]]
) -> str | None:
    """The tag of the layer that *recipe* copies from a stage; `None`: it copies from none.

    It is made from all that decides over the layer's bytes: the words of the stage and what they
    copy from the context, the build's arguments, the base, and which files go where.

    Args:
        digests: What tells each file of the context from another, by its path.
        build_args: Names and values, in any order.
    """
    copy = next((step.copy for step in recipe.steps if step.copy and step.copy.stage), None)
    if copy is None:
        return None
    (stage,) = recipe.stages
    inputs = sorted(
        [path, digest]
        for path, digest in digests.items()
        if any(is_within(path, folder) for folder in stage.inputs)
    )
    shaping = {
        "stage": stage.words,
        "inputs": inputs,
        "build_args": sorted(build_args),
        "base_image": recipe.base,
        "copy": _said(copy),
    }
    # ASCII, without spaces, keys sorted: one text for one value.
    text = json.dumps(shaping, sort_keys=True, separators=(",", ":"))
    return f"{_PREFIX}{hashlib.sha256(text.encode('ascii')).hexdigest()[:_DIGITS]}"


def _said(copy: Copy) -> list[object]:
    return [copy.sources, copy.target]
