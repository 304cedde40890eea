"""The name of a kept layer: another one as soon as its bytes might be others."""

import re

import pytest

from knative_lambda.domain.kept_layer import kept_layer
from knative_lambda.domain.recipe_reading import recipe

DIGESTS = {"function/index.js": "0644 1", "function/package.json": "0644 2", "runtime/x": "0644 3"}
TEXT = (
    "FROM tools:1 AS build\nCOPY function/package.json ./\nRUN npm ci\n"
    "FROM base:1\nENV A=1\nWORKDIR /app\nCOPY --from=build /x x/\nCOPY function function/\n"
)
WHOLE = TEXT.replace("function/package.json", "function")


def name(
    text: str = TEXT,
    digests: dict[str, str] | None = None,
    build_args: tuple[tuple[str, str], ...] = (),
) -> str | None:
    return kept_layer(recipe(text, DIGESTS), digests or DIGESTS, build_args)


def test_a_name_is_a_tag() -> None:
    assert re.fullmatch(r"dependencies-[0-9a-f]{40}", name() or "")


def test_nothing_is_kept_of_an_image_without_a_stage() -> None:
    assert name("FROM base:1\nCOPY function /app/\n") is None


def test_the_same_has_the_same_name() -> None:
    assert name(TEXT.replace("ENV A=1", "# more\nENV A=2\nLABEL a=b")) == name()
    assert name(digests=dict(reversed(DIGESTS.items()))) == name()
    assert name(digests={**DIGESTS, "function/index.js": "0644 9", "function/new": "x"}) == name()
    both = (("A", "1"), ("B", "2"))
    assert name(build_args=both) == name(build_args=both[::-1])


@pytest.mark.parametrize(
    "other",
    [
        name(TEXT.replace("npm ci", "npm install")),
        name(TEXT.replace("tools:1", "tools:2")),
        name(TEXT.replace("base:1", "base:2")),
        name(TEXT.replace("/x x/", "/y x/")),
        name(TEXT.replace("/x x/", "/x y/")),
        name(TEXT.replace("/app", "/srv")),
        name(digests={**DIGESTS, "function/package.json": "0755 2"}),
        name(build_args=(("A", "1"),)),
        name(build_args=(("A", "2"),)),
    ],
)
def test_another_stage_input_argument_base_or_place_has_another_name(other: str | None) -> None:
    assert other not in {name(), None}


def test_a_stage_that_takes_the_code_has_another_name_for_other_code() -> None:
    names = {
        name(WHOLE),
        name(WHOLE, {**DIGESTS, "function/index.js": "0644 9"}),
        name(WHOLE, {**DIGESTS, "function/new": "0644 9"}),
    }
    assert len(names) == 3
    assert name(WHOLE, {**DIGESTS, "runtime/x": "0644 9"}) == name(WHOLE)
