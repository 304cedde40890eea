"""The configuration of an image: its base's, changed as its Dockerfile says.

Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md, and what BuildKit
does where several tools could differ.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from knative_lambda.adapters.assembling.base import PlatformImage
from knative_lambda.adapters.assembling.documents import Descriptor
from knative_lambda.domain.recipe import Recipe

# What says how the base itself was made, such as its container, is not taken on.
_KEPT: Final = ("architecture", "os", "os.version", "os.features", "variant", "author")
_UNDATED: Final = "1980-01-01T00:00:00Z"


@attrs.frozen
class Added:
    """What a step of the recipe has added.

    Attributes:
        words: The step's.
        layer: `None`: it changes the configuration alone.
        diff_id: Of the layer.
    """

    words: str
    layer: Descriptor | None = None
    diff_id: str = ""


def configured(
    base: PlatformImage,
    recipe: Recipe,
    labels: Iterable[tuple[str, str]],
    steps: Sequence[Added],
) -> Mapping[str, Any]:
    """The configuration of the image that *recipe*, whose *steps* are done, makes of *base*.

    It bears its base's time, so that equal images are equal bytes.
    """
    created = base.config.get("created")
    created = created if isinstance(created, str) and created else _UNDATED
    added = [step.diff_id for step in steps if step.layer is not None]
    return {
        **{name: base.config[name] for name in _KEPT if name in base.config},
        **base.platform.written(),
        "created": created,
        "config": _run(base.config.get("config") or {}, recipe, labels),
        "rootfs": {"type": "layers", "diff_ids": [*base.diff_ids, *added]},
        "history": [*_history(base, created), *(_told(step, created) for step in steps)],
    }


def merged(base: Sequence[str], added: Iterable[tuple[str, str]]) -> list[str]:
    """The variables *base*, each `NAME=value`, and those *added*, each in its place if it has one.

    None is there twice: not all that runs containers takes the same one of two.
    """
    merged = dict(one.partition("=")[::2] for one in base)
    merged.update(added)  # what is there keeps its place
    return [f"{name}={value}" for name, value in merged.items()]


def _run(
    base: Mapping[str, Any], recipe: Recipe, labels: Iterable[tuple[str, str]]
) -> Mapping[str, Any]:
    changed: dict[str, Any] = {
        "Env": merged(base.get("Env") or (), recipe.environment),
        "Labels": {**(base.get("Labels") or {}), **dict(recipe.labels), **dict(labels)},
        "ExposedPorts": {**(base.get("ExposedPorts") or {}), **{port: {} for port in recipe.ports}},
    }
    if recipe.user is not None:
        changed["User"] = recipe.user
    if recipe.folder is not None:
        changed["WorkingDir"] = recipe.folder
    if recipe.entrypoint is not None:
        # An entry point of one's own is not for the arguments of the base's.
        changed |= {"Entrypoint": list(recipe.entrypoint), "Cmd": None}
    if recipe.command is not None:
        changed["Cmd"] = list(recipe.command)
    run = {**base, **changed}
    return {name: value for name, value in run.items() if value not in (None, [], {})}


def _history(base: PlatformImage, created: str) -> Sequence[Mapping[str, Any]]:
    """The base's, if it tells of each layer; some tools count on that."""
    history: Sequence[Mapping[str, Any]] = base.config.get("history") or ()
    if sum(not entry.get("empty_layer") for entry in history) == len(base.layers):
        return history
    return [{"created": created, "created_by": "unknown"} for _ in base.layers]


def _told(step: Added, created: str) -> Mapping[str, Any]:
    told = {"created": created, "created_by": step.words}
    return told if step.layer is not None else {**told, "empty_layer": True}
