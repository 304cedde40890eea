"""How an image is to be made: what is asked for, and what its Dockerfile and its code allow."""

import attrs
import pytest
from support.domain import build_request

from knative_lambda.domain.choosing import MOST_CODE, Code, Plan, plan
from knative_lambda.domain.recipe import Recipe
from knative_lambda.domain.strategy import Choice, Strategy

PLAIN = "FROM base\nWORKDIR /app\nCOPY function function/\n"
INSTALLED = (
    "FROM tools AS build\nWORKDIR /app\nCOPY function/package.json function/package-lock.json ./\n"
    'RUN ["npm", "ci"]\n'
    "FROM base\nWORKDIR /app\nCOPY --from=build /node_modules node_modules/\n"
    "COPY function function/\n"
)
COMPILED = (
    "FROM tools AS build\nWORKDIR /app\nCOPY function function/\nRUN make\n"
    "FROM base\nWORKDIR /app\nCOPY --from=build /out server\n"
)
RUN = f"{PLAIN}RUN make\n"
PIN = "give each an exact version or a hash in requirements.txt"
FILES = {
    "function/index.js": "0644 1",
    "function/package.json": "0644 2",
    "function/package-lock.json": "0644 3",
}


def planned(
    dockerfile: str,
    asked: Strategy = Strategy.AUTO,
    runtime: str = "nodejs22",
    **code: object,
) -> Plan:
    known = {"digests": FILES, "size": 10, "pinned": True, **code}
    request = attrs.evolve(build_request(), runtime=runtime)
    return plan(request, asked, Code(dockerfile=dockerfile, **known))  # type: ignore[arg-type]  # each test gives what it is about


def reason(found: Plan) -> str:
    assert isinstance(found.way, Choice)
    assert found.way.strategy is Strategy.KANIKO
    return found.way.reason


@pytest.mark.parametrize("asked", [Strategy.AUTO, Strategy.APPEND])
def test_what_copies_files_alone_is_appended(asked: Strategy) -> None:
    found = planned(PLAIN, asked)

    assert isinstance(found.way, Recipe)
    assert found.way.base == "base"
    assert found.kept is None


def test_what_copies_pinned_dependencies_is_appended_to_a_layer_that_is_kept() -> None:
    found = planned(INSTALLED)

    assert isinstance(found.way, Recipe)
    assert found.kept is not None
    assert found.kept.startswith("dependencies-")


def test_other_code_with_the_same_dependencies_has_the_same_layer() -> None:
    changed = planned(INSTALLED, digests={**FILES, "function/index.js": "0644 9"})
    other = planned(INSTALLED, digests={**FILES, "function/package-lock.json": "0644 9"})

    assert changed.kept == planned(INSTALLED).kept != other.kept


def test_where_kaniko_is_asked_for_it_leaves_a_layer_for_those_who_append() -> None:
    found = planned(INSTALLED, Strategy.KANIKO)

    assert reason(found) == "asked for"
    assert found.kept == planned(INSTALLED).kept


@pytest.mark.parametrize("asked", [Strategy.AUTO, Strategy.APPEND])
@pytest.mark.parametrize(
    ("dockerfile", "code", "why"),
    [
        (RUN, {}, "its Dockerfile runs a command in the image itself: RUN make"),
        (COMPILED, {}, "a step of its build needs all of its code"),
        (COMPILED, {"runtime": "go127"}, "Go is compiled"),
        (
            INSTALLED,
            {"pinned": False},
            "its dependencies are not pinned: add package-lock.json",
        ),
        (
            INSTALLED,
            {"pinned": False, "runtime": "python313"},
            f"its dependencies are not pinned: {PIN}",
        ),
        (PLAIN, {"size": MOST_CODE + 1}, "it has more than 100 MB of code"),
    ],
)
def test_what_cannot_be_appended_is_left_to_kaniko_with_its_reason(
    asked: Strategy, dockerfile: str, code: dict[str, object], why: str
) -> None:
    assert reason(planned(dockerfile, asked, **code)) == why  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("dockerfile", [RUN, COMPILED])
def test_what_no_other_image_could_have_is_not_kept(dockerfile: str) -> None:
    assert planned(dockerfile).kept is None
    assert planned(dockerfile, Strategy.KANIKO).kept is None
    assert planned(INSTALLED, Strategy.KANIKO, pinned=False).kept is None


def test_as_much_code_as_is_allowed_is_appended() -> None:
    assert isinstance(planned(PLAIN, size=MOST_CODE).way, Recipe)


def test_dependencies_of_too_much_code_are_kept_all_the_same() -> None:
    large = planned(INSTALLED, size=MOST_CODE + 1)

    assert isinstance(large.way, Choice)
    assert large.kept == planned(INSTALLED).kept
