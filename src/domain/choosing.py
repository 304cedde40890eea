"""Whether an image is put together in the registry or built by Kaniko, and why."""

from collections.abc import Mapping
from typing import Final

import attrs

from knative_lambda.domain.kept_layer import kept_layer
from knative_lambda.domain.recipe import NoRecipeError, Recipe
from knative_lambda.domain.recipe_reading import recipe
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES, Language
from knative_lambda.domain.stage_reading import is_folder
from knative_lambda.domain.strategy import Choice, Strategy

MOST_CODE: Final = 100_000_000  # bytes; more is left to a Job, which is made for it
ASKED_FOR: Final = "asked for"
APPENDED: Final = "appended to its base"
APPENDED_TO_KEPT: Final = "appended to its base, and to the dependencies of an earlier build"

_PIN: Final = {
    Language.NODEJS: "add package-lock.json",
    Language.PYTHON: "give each an exact version or a hash in requirements.txt",
    Language.GO: "add go.sum",
}


@attrs.frozen(kw_only=True)
class Code:
    """What is known of a context when it is packed.

    Attributes:
        dockerfile: As rendered.
        digests: Of each file's content, by its path.
        size: Bytes of all files together.
        pinned: Whether an installation of what it depends on gives the same each time.
    """

    dockerfile: str = attrs.field(repr=False)
    digests: Mapping[str, str] = attrs.field(repr=False)
    size: int
    pinned: bool


@attrs.frozen
class Plan:
    """How an image is to be made, as far as that is known without asking the registry.

    Attributes:
        way: How to append it; or the choice of Kaniko, where that is not to be tried.
        kept: The name under which the layer of its dependencies is kept, or will be once Kaniko
            has made it; `None`: it has no such layer, or one that no other image could have.
    """

    way: Recipe | Choice
    kept: str | None = None


def plan(request: BuildRequest, asked: Strategy, code: Code) -> Plan:
    """How to make the image of *code*, when *asked* is the strategy that was asked for."""
    possible = _possible(request, code)
    if asked is Strategy.KANIKO:
        return attrs.evolve(possible, way=Choice(Strategy.KANIKO, ASKED_FOR))
    return possible


def _possible(request: BuildRequest, code: Code) -> Plan:
    try:
        found = recipe(code.dockerfile, code.digests.keys())
    except NoRecipeError as error:
        return Plan(Choice(Strategy.KANIKO, str(error)))
    obstacle = _obstacle(found, request, code)
    if obstacle:
        return Plan(Choice(Strategy.KANIKO, obstacle))
    kept = kept_layer(found, code.digests, request.build_args)
    if code.size > MOST_CODE:
        large = f"it has more than {MOST_CODE // 1_000_000} MB of code"
        return Plan(Choice(Strategy.KANIKO, large), kept)
    return Plan(found, kept)


def _obstacle(found: Recipe, request: BuildRequest, code: Code) -> str:
    """Why what *found* copies from its stages can be no other image's; empty if it can."""
    language = RUNTIMES[request.runtime].language
    for stage in found.stages:
        if any(is_folder(one, code.digests) for one in stage.inputs):
            if language is Language.GO:
                return "Go is compiled"
            return "a step of its build needs all of its code"
        if not code.pinned:
            return f"its dependencies are not pinned: {_PIN[language]}"
    return ""
