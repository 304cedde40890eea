"""What a person reads: coloured on a terminal, plain in a pipe, a line each."""

import io
import re

import pytest

from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent

GREEN, RED, YELLOW = "\x1b[32m", "\x1b[31m", "\x1b[33m"


class Terminal(io.StringIO):
    """A file that a person looks at."""

    def isatty(self) -> bool:
        return True


def event(kind: str, **data: object) -> CloudEvent:
    return CloudEvent(id="1", source="test", type=f"{PREFIX}{kind}", data=data)


def told(kind: str, out: io.StringIO | None = None, /, **data: object) -> str:
    """What is printed of an event, without the seconds."""
    out = out if out is not None else io.StringIO()
    Narrator(out).event(event(kind, **data))
    return re.sub(r"^ *\d+\.\d\ds  ", "", out.getvalue())


@pytest.fixture(autouse=True)
def _colours_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_a_line_has_the_seconds_what_and_more_of_it() -> None:
    out = io.StringIO()
    Narrator(out).line("ready", "http://localhost")
    assert re.fullmatch(r" {3}0\.0\ds  ready {13}  http://localhost\n", out.getvalue())


def test_a_line_ends_where_its_words_end() -> None:
    out = io.StringIO()
    Narrator(out).line("ready")
    assert out.getvalue().endswith("s  ready\n")


def test_further_lines_stand_below_the_first() -> None:
    out = io.StringIO()
    Narrator(out).line("build.failed", "first\nsecond\n\nthird")
    first, *others = out.getvalue().splitlines()
    column = first.index("first")
    assert [line[column:] for line in others] == ["second", "", "third"]
    assert "".join(line[:column] for line in others).strip() == ""


def test_a_title_stands_apart() -> None:
    out = io.StringIO()
    Narrator(out).title("A chapter")
    assert out.getvalue() == "\nA chapter\n"


@pytest.mark.parametrize(
    ("kind", "colour"),
    [
        ("build.complete", GREEN),
        ("service.created", GREEN),
        ("service.updated", GREEN),
        ("build.failed", RED),
        ("service.failed", RED),
        ("build.rejected", RED),
    ],
)
def test_on_a_terminal_good_and_bad_have_their_colours(kind: str, colour: str) -> None:
    assert told(kind, Terminal()).startswith(f"{colour}{kind:<18}\x1b[0m")


def test_what_is_neither_has_none() -> None:
    assert "\x1b" not in told("build.started", Terminal(), job_name="build-1")


def test_colours_move_nothing() -> None:
    plain = told("build.failed", reason="LOST", detail="a\nb")
    coloured = told("build.failed", Terminal(), reason="LOST", detail="a\nb")
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_in_a_pipe_it_is_plain() -> None:
    assert "\x1b" not in told("build.failed", io.StringIO())


def test_no_color_makes_it_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in told("build.failed", Terminal())


def test_an_empty_no_color_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert RED in told("build.failed", Terminal())


DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (
            "build.complete",
            {"image_digest": DIGEST, "duration": "2s", "cached": False},
            "built, image 0123456789ab, 2s",
        ),
        (
            "build.complete",
            {"image_digest": DIGEST, "duration": "0s", "cached": True},
            "cached: this content is built already, image 0123456789ab, 0s",
        ),
        (
            "build.complete",
            {
                "image_digest": DIGEST,
                "duration": "0.9s",
                "cached": False,
                "build_strategy": "append",
            },
            "put together, image 0123456789ab, 0.9s",
        ),
        (
            "build.started",
            {
                "job_name": "build-1",
                "build_strategy": "append",
                "build_strategy_reason": "asked for",
            },
            "without a Job: asked for",
        ),
        ("build.started", {"job_name": "build-1", "build_strategy": "kaniko"}, "build-1"),
        ("build.failed", {"reason": "LOST", "detail": "gone"}, "LOST: gone"),
        ("build.rejected", {"reason": "INVALID", "detail": "no"}, "INVALID: no"),
        ("build.started", {"job_name": "build-1"}, "build-1"),
        ("build.superseded", {"superseded_by": "another"}, "another"),
        ("service.failed", {"detail": "port 80", "service": "lambda-1"}, "port 80"),
        ("service.created", {"service": "lambda-1"}, "lambda-1"),
    ],
)
def test_of_an_event_is_told_what_matters(kind: str, data: dict[str, object], words: str) -> None:
    assert told(kind, None, **data) == f"{kind:<18}  {words}\n"


def test_what_a_build_warns_of_is_told_once() -> None:
    out = io.StringIO()
    narrator = Narrator(out)
    warned = {"job_name": "build-1", "warning": "its support ends"}
    for kind, build in (("build.started", "1"), ("build.complete", "1"), ("build.complete", "2")):
        narrator.event(event(kind, build_id=build, **warned))
    lines = [line[10:].partition(" ") for line in out.getvalue().splitlines()]
    assert [line[0] for line in lines] == [
        *("build.started", "warning", "build.complete"),
        *("build.complete", "warning"),
    ]
    assert [line[2].strip() for line in lines if line[0] == "warning"] == ["its support ends"] * 2


def test_on_a_terminal_a_warning_has_its_colour() -> None:
    assert f"{YELLOW}warning" in told("build.started", Terminal(), warning="its support ends")


def test_an_event_of_others_has_its_name_alone() -> None:
    out = io.StringIO()
    foreign = CloudEvent(id="1", source="test", type="com.example.greeting", data=["no mapping"])
    Narrator(out).event(foreign)
    assert out.getvalue().endswith("s  com.example.greeting\n")
