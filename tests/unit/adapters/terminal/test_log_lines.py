"""A log is printed as it is, or an object a line for programs."""

import io
import json

from knative_lambda.adapters.terminal.log_lines import LogLines


def told(*pieces: bytes, as_json: bool) -> str:
    out = io.StringIO()
    lines = LogLines("b" * 32, as_json, out)
    for piece in pieces:
        lines.write(piece)
    return out.getvalue()


def test_for_people_it_is_as_it_is() -> None:
    assert told("größer\n".encode(), b"", b"last", as_json=False) == "größer\nlast"


def test_for_programs_each_line_is_an_object() -> None:
    text = told("größer\n\n".encode(), b"", b"last", as_json=True)
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["line"] for line in lines] == ["größer", "", "last"]
    assert {line["build_id"] for line in lines} == {"b" * 32}
