"""What was found is a line each for people, and an object each for programs."""

import io
import json

import pytest

from knative_lambda.adapters.terminal.findings import document, report
from knative_lambda.ports.check import broken, doubtful, fine

FOUND = [
    fine("broker", "is there"),
    doubtful("bucket lifecycle", "is odd", "do this"),
    broken("clock", "is\x1b[2J wrong", "do that"),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_each_is_a_line_with_what_mends_it() -> None:
    assert report(FOUND, io.StringIO()).splitlines() == [
        "ok       broker            is there",
        "warning  bucket lifecycle  is odd; to mend it: do this",
        "fail     clock             is\\x1b[2J wrong; to mend it: do that",
    ]
    assert report([], io.StringIO()) == ""


def test_a_terminal_has_colours_unless_nobody_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    lines = report(FOUND, Terminal()).splitlines()
    assert [line[:5] for line in lines] == ["\x1b[32m", "\x1b[33m", "\x1b[31m"]
    assert lines[0] == "\x1b[32mok     \x1b[0m  broker            is there"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in report(FOUND, Terminal())


def test_programs_get_the_same() -> None:
    known = json.loads(document(FOUND))
    assert known[0] == {"check": "broker", "severity": "ok", "text": "is there", "mend": None}
    assert [one["mend"] for one in known] == [None, "do this", "do that"]
    assert document([]) == "[]"
