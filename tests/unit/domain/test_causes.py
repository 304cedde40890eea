"""Why builds failed, as real tools have said it: tests/failed_builds."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from failed_builds.go_failures import GO
from failed_builds.npm_failures import NPM
from failed_builds.pip_failures import PIP
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pods import STAGE

from knative_lambda.domain.causes.reading import SIGNS, STEPS, read
from knative_lambda.domain.causes.sign import FLAGS, Sign, sign
from knative_lambda.domain.causes.steps import READ
from knative_lambda.domain.causes.telling import LONGEST_DETAIL

FOLDER: Final = Path(__file__).parents[2] / "failed_builds"
TOLD: Final[dict[str, tuple[str, str]]] = json.loads((FOLDER / "told.json").read_text("utf-8"))
LOGS: Final = {path.stem: path.read_text("utf-8") for path in (FOLDER / "logs").iterdir()}
HERE: Final = "/home/ada/.local/state/knative-lambda/jobs/build-acme-orders-2b6fdd01-4afec05b/app"
# A step that went well, although it wrote what would be a cause.
EARLIER: Final = "npm error code E404\nnpm error 404  'left-pad@9' is not in this registry.\n"
FRAGMENTS: Final = sorted({line for log in LOGS.values() for line in log.splitlines()})


def told(log: str) -> tuple[str, str]:
    cause = read(log).cause
    assert cause is not None
    return (cause.reason.value, cause.detail)


def by_kaniko(log: str) -> str:
    """*log* as Kaniko shows it, after a step that went well."""
    steps = re.sub(r"^\$ (.*)$", r"INFO[0003] Running: [\1]", log, flags=re.MULTILINE)
    end = f"{STAGE}waiting for process to exit: exit status 1"
    return f"INFO[0001] Running: [npm ci]\n{EARLIER}INFO[0002] Taking snapshot\n{steps}\n{end}\n"


ELSEWHERE: Final[dict[str, Callable[[str], str]]] = {
    "by Kaniko": by_kaniko,
    "in a folder of this machine": lambda log: log.replace("/app/", f"{HERE}/"),
    "in colours": lambda log: re.sub(r"^(.+)$", "\x1b[31m\\1\x1b[0m", log, flags=re.MULTILINE),
    "in colours that a log has kept": lambda log: re.sub(
        r"^(.+)$", r"\\x1b[1;31m\1\\x1b[0m", log, flags=re.MULTILINE
    ),
    "with other line ends": lambda log: log.replace("\n", "\r\n"),
    "after a long step": lambda log: "$ npm ci\n" + "x" * 3 * READ + EARLIER + log,
}


def test_each_failure_was_provoked_and_has_its_words() -> None:
    provoked = {failure.name for failure in (*NPM, *PIP, *GO)}
    assert {*TOLD} == {*LOGS}
    assert provoked - {*LOGS} == set()


@pytest.mark.parametrize("name", sorted(LOGS))
def test_the_cause_of_a_real_failure_is_told(name: str) -> None:
    assert told(LOGS[name]) == tuple(TOLD[name])


@pytest.mark.parametrize("name", sorted(LOGS))
@pytest.mark.parametrize("how", ELSEWHERE)
def test_the_same_is_told_wherever_it_was_built(how: str, name: str) -> None:
    assert told(ELSEWHERE[how](LOGS[name])) == tuple(TOLD[name])


@pytest.mark.parametrize("name", sorted(LOGS))
def test_a_detail_is_one_short_line_with_nothing_of_ours(name: str) -> None:
    detail = TOLD[name][1]
    assert len(detail) <= LONGEST_DETAIL
    assert detail.isprintable()
    assert not re.search(r"/app\b|/home|/kaniko|https?:|\d+\.\d+\.\d+\.\d+:|jobs/", detail)


def test_nearly_every_sign_has_been_seen() -> None:
    """The others are for what is left of a log whose beginning is gone."""
    seen = {id(next(each for each in STEPS if each.cause(_of_step(log)))) for log in LOGS.values()}
    assert [each.shows for each in STEPS if id(each) not in seen] == [
        "requirements exclude each other",
        "a package has no such version",
        "a package cannot be built",
        "npm fails otherwise",
        "Go fails otherwise",
    ]


def _of_step(log: str) -> str:
    return read(log).step.wrote.replace("npm ERR!", "npm error")


@pytest.mark.parametrize(
    ("left", "detail"),
    [
        (
            "ERROR: ResolutionImpossible: for help visit",
            "pip: requirements exclude each other (ResolutionImpossible)",
        ),
        ("ERROR: No matching distribution found for six==99.0", "pip: there is no six==99.0"),
        (
            "ERROR: Could not build wheels for fast, which is required to install it",
            "pip: a package cannot be built: fast",
        ),
        ("npm error Tracker already exists", "npm: Tracker already exists"),
        ("go: example.com/a@v1.0.0: not a known dependency", "go: example.com/a@v1.0.0: not a"),
    ],
)
def test_the_end_of_a_log_is_enough(left: str, detail: str) -> None:
    assert told(left)[1].startswith(detail)


def test_the_step_that_a_log_ends_in_is_known() -> None:
    step = read(by_kaniko("$ npm ci\nadded 1 package\n$ npm run build\nwhat a pity\n")).step
    assert (step.command, step.wrote.strip()) == ("npm run build", "what a pity")


def test_what_an_earlier_step_wrote_is_no_cause() -> None:
    assert read(by_kaniko("$ npm run build\nwhat a pity\n")).cause is None


def test_a_step_cannot_speak_for_kaniko() -> None:
    forged = "error pushing image: DENIED: requested access is denied\n"
    reading = read(by_kaniko(f"$ npm run build\n{forged}"))
    assert (reading.cause, reading.kaniko) == (None, "")


def test_kaniko_has_the_last_word() -> None:
    said = f"{STAGE}exit status 1\nerror pushing image: DENIED: requested access is denied\n"
    assert told(said)[0] == "push_denied"


def test_what_kaniko_says_of_itself_goes_before_what_steps_wrote() -> None:
    reading = read(
        f"{EARLIER}error building image: lstat /kaniko/buildcontext/a/b: no such file or"
    )
    assert reading.cause is None
    assert reading.kaniko == "error building image: lstat a/b: no such file or"


def test_what_could_steer_a_terminal_is_written_out() -> None:
    assert told("npm error a\x07b\u202ec")[1] == "npm: a\\x07b\\u202ec"


def test_a_value_is_cut_and_so_is_a_detail() -> None:
    detail = told(f"{LOGS['pip-conflict'].partition('The user')[0]}{'x' * 150}\n    {'y' * 150}")[1]
    assert len(detail) == LONGEST_DETAIL
    assert detail.endswith("y...")
    assert len(told(f"npm error {'z' * 5000}")[1]) == len("npm: ") + 160


@pytest.mark.parametrize(
    "said", ["{reason}", "[{0}]", "%s", "\\g<0>", "{what}", "[{said}]", "{0.__class__}"]
)
def test_what_a_build_wrote_is_never_taken_as_a_form(said: str) -> None:
    assert told(f"npm error {said}") == ("dependency_install", f"npm: {said}")


@settings(max_examples=60)
@given(
    lines=st.lists(
        st.sampled_from(FRAGMENTS) | st.text(st.characters(codec=None), max_size=40),
        min_size=1,
        max_size=6,
    ),
    end=st.sampled_from(["\n", "", " ", "\r", "\x1b[0m\n"]),
    copies=st.sampled_from([1, 3, 1_000_000]),
)
def test_whatever_is_written_and_however_much_the_detail_is_a_line(
    lines: list[str], end: str, copies: int
) -> None:
    piece = end.join(lines) + end
    reading = read(piece * min(copies, 2 * READ // max(1, len(piece)) + 1))
    assert len(reading.step.wrote) <= READ
    assert reading.kaniko.isprintable()
    if reading.cause is not None:
        assert 0 < len(reading.cause.detail) <= LONGEST_DETAIL
        assert reading.cause.detail.isprintable()


def _most(pattern: Any) -> int:
    """How often at most something in a parsed *pattern* is repeated, repetitions in it included."""
    most = 1
    for operation, argument in pattern:
        if str(operation) in ("MAX_REPEAT", "MIN_REPEAT"):
            most = max(most, argument[1] * _most(argument[2]))
        elif str(operation) == "SUBPATTERN":
            most = max(most, _most(argument[-1]))
        elif str(operation) == "BRANCH":
            most = max(most, *(_most(branch) for branch in argument[1]))
    return most


ALL: Final = [each for signs in SIGNS.values() for each in signs]


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.pattern[:40])
def test_no_repetition_in_a_sign_is_without_end(each: Sign) -> None:
    """So no text can keep one busy; of two that are nested the inner one ends with its line."""
    from re import _parser  # type: ignore[attr-defined]  # noqa: PLC0415  there is no public one

    assert _most(_parser.parse(each.pattern, FLAGS)) <= 40 * 4200


def test_an_endless_repetition_would_be_seen() -> None:
    from re import _parser  # type: ignore[attr-defined]  # noqa: PLC0415  there is no public one

    assert _most(_parser.parse(sign("", r"a(?:b|c.*)", "").pattern)) > 10**9


def test_the_signs_for_documents_are_those_that_are_looked_for() -> None:
    documented = [id(each) for tool, signs in SIGNS.items() for each in signs if tool != "Kaniko"]
    assert sorted(documented) == sorted(map(id, STEPS))
