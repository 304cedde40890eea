"""A log that comes over several connections is given once, whole, and without its instants."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.pod.log_lines import LogLines
from knative_lambda.domain.instants import parse_instant

SECOND = 1_000_000_000
Line = tuple[int, bytes]  # when it was written, in milliseconds, and what

LINES = st.lists(
    st.tuples(st.integers(0, 5000), st.binary(max_size=60).map(lambda b: b.replace(b"\n", b""))),
    max_size=15,
).map(lambda lines: sorted(lines, key=lambda line: line[0]))


def stamp(milliseconds: int) -> bytes:
    seconds, rest = divmod(milliseconds, 1000)
    return f"2026-11-23T10:00:{seconds:02d}.{rest:03d}000000Z ".encode()


def sent(lines: Sequence[Line], since: str | None) -> bytes:
    """What a cluster sends from there on."""
    first = -1 if since is None else (parse_instant(since) or 0) // 1_000_000
    zero = (parse_instant("2026-11-23T10:00:00Z") or 0) // 1_000_000
    return b"".join(stamp(at) + text + b"\n" for at, text in lines if zero + at >= first)


def whole(lines: Sequence[Line]) -> bytes:
    return b"".join(text + b"\n" for _, text in lines)


@given(
    lines=LINES,
    breaks=st.lists(st.integers(0, 1500), max_size=5),
    step=st.integers(1, 200),
)
def test_however_often_it_breaks_off_each_byte_is_given_once(
    lines: list[Line], breaks: list[int], step: int
) -> None:
    log = LogLines()
    given_so_far = b""
    for end in (*breaks, None):
        log.begin()
        data = sent(lines, log.since())[:end]
        for start in range(0, len(data), step):
            given_so_far += log.feed(data[start : start + step])
            assert whole(lines).startswith(given_so_far)
    given_so_far += log.end()
    assert given_so_far == whole(lines)


def test_a_new_connection_begins_with_the_second_of_the_newest_line() -> None:
    log = LogLines()
    log.begin()
    assert log.since() is None
    log.feed(stamp(2750) + b"text")
    assert log.since() == "2026-11-23T10:00:02Z"


def test_words_of_the_clusters_own_are_given_as_they_are() -> None:
    log = LogLines()
    log.begin()
    said = b"unable to retrieve container logs for containerd://abc"
    assert log.feed(said) + log.end() == said


@pytest.mark.parametrize("text", [b"", b"short", b"2026-11-23T10:00:00Z"])
def test_what_is_held_back_is_given_at_the_end(text: bytes) -> None:
    log = LogLines()
    log.begin()
    assert log.feed(text) == b""
    assert log.end() == text
    assert log.end() == b""


def test_instants_of_another_zone_are_instants() -> None:
    log = LogLines()
    log.begin()
    assert log.feed(b"2026-11-23T11:00:00.5+01:00 text\n") == b"text\n"
    assert log.since() == "2026-11-23T10:00:00Z"
