"""The lines of a function's output, and the complaint among them."""

from knative_lambda.adapters.local.output_lines import OutputLines


def lines_of(*pieces: bytes) -> OutputLines:
    """What has taken those *pieces*, to their end."""
    output = OutputLines()
    for piece in pieces:
        output.write(piece)
    output.end()
    return output


def test_lines_are_put_together_whatever_the_pieces() -> None:
    heard: list[str] = []
    output = OutputLines(heard.append)
    for piece in (b"on", b"e\ntwo\n\xe2\x98", b"\x83\r\nrest"):
        output.write(piece)
    assert heard == ["one", "two", "☃"]
    output.end()
    output.end()
    assert heard == list(output.recent) == ["one", "two", "☃", "rest"]


def test_a_line_without_end_is_cut_and_nothing_of_it_lost() -> None:
    output = lines_of(b"x" * 20_000, b"x" * 20_000)
    assert "".join(output.recent) == "x" * 40_000
    assert max(len(line) for line in output.recent) == 8192


def test_only_the_last_lines_are_kept() -> None:
    output = lines_of(*(b"%d\n" % number for number in range(1000)))
    assert len(output.recent) == 200
    assert output.recent[-1] == "999"


def test_the_complaint_is_the_last_error_of_the_wrapper() -> None:
    output = lines_of(
        b'{"level": "error", "message": "older"}\n',
        b'{"level": "error", "message": "newer", "stack": "..."}\n',
        b'{"level": "info", "message": "no error"}\n',
        b'{"level": "error", "message": 7}\n',
        b'["level"]\n',
        b"no JSON\n",
    )
    assert output.complaint() == "newer"


def test_without_an_error_the_complaint_is_the_last_lines() -> None:
    output = lines_of(*(b"line %d\n" % number for number in range(9)))
    assert output.complaint() == "line 4\nline 5\nline 6\nline 7\nline 8"


def test_without_output_there_is_no_complaint() -> None:
    assert lines_of().complaint() == ""
