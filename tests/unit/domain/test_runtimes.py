"""The table of runtimes: its rows, their other names, and the order they are offered in."""

from collections import Counter

import pytest

from knative_lambda.domain import rules
from knative_lambda.domain.instants import parse_instant
from knative_lambda.domain.runtimes import (
    ALIASES,
    DEFAULT,
    RUNTIMES,
    Language,
    Runtime,
    default_handler,
)

ROWS = pytest.mark.parametrize("runtime", RUNTIMES.values(), ids=RUNTIMES)


def test_the_versions_are_those_that_are_served() -> None:
    versions = Counter((runtime.language.value, runtime.version) for runtime in RUNTIMES.values())
    assert dict(versions) == dict.fromkeys(
        [
            *(("nodejs", version) for version in ("20", "22", "24", "26")),
            *(("python", version) for version in ("3.11", "3.12", "3.13", "3.14")),
            *(("go", version) for version in ("1.26", "1.27")),
        ],
        1,
    )


@ROWS
def test_a_runtime_is_found_by_the_name_it_bears(runtime: Runtime) -> None:
    assert RUNTIMES[runtime.name] is runtime
    assert runtime.name == f"{runtime.language.value}{runtime.version.replace('.', '')}"


@ROWS
def test_the_images_of_a_runtime_are_images(runtime: Runtime) -> None:
    assert rules.IMAGE.allows(runtime.base_image)
    assert rules.IMAGE.allows(runtime.build_image)
    assert runtime.version in runtime.build_image


@ROWS
def test_the_end_of_a_runtime_is_a_day(runtime: Runtime) -> None:
    assert parse_instant(f"{runtime.end_of_life}T00:00:00Z")


@ROWS
def test_a_runtime_has_other_names_that_nothing_else_has(runtime: Runtime) -> None:
    assert runtime.aliases
    for alias in runtime.aliases:
        assert ALIASES[alias] == runtime.name
        assert alias not in RUNTIMES
    assert len(ALIASES) == sum(len(row.aliases) for row in RUNTIMES.values())


def test_the_common_names_of_others_are_understood() -> None:
    given = ("node22", "nodejs22.x", "python3.12", "go1.27")
    assert [ALIASES[name] for name in given] == ["nodejs22", "nodejs22", "python312", "go127"]


@pytest.mark.parametrize("language", Language)
def test_what_is_past_its_end_is_offered_last(language: Language) -> None:
    first, *rest = [row for row in RUNTIMES.values() if row.language is language]
    assert rest
    assert first.end_of_life > "2026-11-23"
    assert [*RUNTIMES][-1] == "nodejs20"


def test_a_request_that_names_no_runtime_gets_one_of_the_table() -> None:
    assert RUNTIMES[DEFAULT].language is Language.NODEJS


@pytest.mark.parametrize(
    ("language", "handler"),
    [
        (Language.NODEJS, "index.handler"),
        (Language.PYTHON, "index.handler"),
        (Language.GO, "function.Handle"),
    ],
)
def test_each_language_has_a_handler_for_those_who_name_none(
    language: Language, handler: str
) -> None:
    assert default_handler(language) == handler
