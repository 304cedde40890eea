"""Of a log of any length the beginning and the end are kept, and who follows misses nothing."""

from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.application.log_window import HEAD, TAIL, Excerpt, LogWindow

LINE = f"{'x' * 99}\n"


def filled(characters: int, piece: int = 30_000) -> LogWindow:
    window = LogWindow()
    text = LINE * (characters // len(LINE) + 1)
    for start in range(0, characters, piece):
        window.add(text[start : min(start + piece, characters)])
    return window


def test_a_short_log_is_kept_whole() -> None:
    window = LogWindow()
    for text in ("one\n", "", "two\n"):
        window.add(text)
    assert window.since(None) == Excerpt(afresh=True, head="one\ntwo\n", tail="", omitted=0)
    assert window.since(4) == Excerpt(afresh=False, head="two\n", tail="", omitted=0)
    assert window.since(8) == Excerpt(afresh=False, head="", tail="", omitted=0)


def test_a_log_of_a_gigabyte_is_bounded_and_what_is_left_out_is_counted() -> None:
    window, piece = LogWindow(), LINE * 50_000
    for _ in range(200):
        window.add(piece)
    kept = window.since(None)
    assert window.total == 1_000_000_000
    assert len(kept.head) == HEAD
    assert TAIL - 4096 <= len(kept.tail) <= 2 * TAIL
    assert kept.omitted == window.total - len(kept.head) - len(kept.tail)
    assert kept.tail.startswith(LINE)


def test_a_line_without_an_end_is_cut_all_the_same() -> None:
    window = LogWindow()
    window.add("y" * 10_000_000)
    kept = window.since(None)
    assert (len(kept.head), len(kept.tail)) == (HEAD, TAIL)


def test_who_has_missed_what_is_not_kept_gets_all_that_is() -> None:
    window = filled(HEAD + 3 * TAIL)
    late = window.since(10)
    assert late == window.since(None)
    assert late.afresh
    assert late.omitted


@given(st.lists(st.integers(0, 200_000), max_size=12))
def test_who_follows_closely_sees_every_character_in_its_order(sizes: list[int]) -> None:
    window, seen, sent = LogWindow(), "", ""
    for number, size in enumerate(sizes):
        text = f"{number}:".ljust(size, ".")[:size]
        given = window.total
        window.add(text)
        change = window.since(given)
        assert not change.afresh or given < window.total - TAIL
        seen = "" if change.afresh else seen
        seen += change.head + change.tail
        sent += text
    assert sent.endswith(seen) or not seen
