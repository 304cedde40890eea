"""Rows in columns, and the small texts that stand in them."""

from collections.abc import Sequence
from typing import Final

from knative_lambda.adapters.terminal.printable import cut
from knative_lambda.domain.ids import FunctionId

NOTHING: Final = "-"
_WIDEST: Final = 48  # characters of a cell that is not the last
_SECOND: Final = 1_000_000_000
_UNITS: Final = (("d", 24 * 3600), ("h", 3600), ("m", 60), ("s", 1))


def in_columns(rows: Sequence[Sequence[str]], width: int | None) -> str:
    """*rows* below each other, the first of which is the head.

    Args:
        rows: All of one length.
        width: Characters that a line has room for; `None`: any number.
    """
    cells = [(*(cut(cell, _WIDEST) for cell in row[:-1]), row[-1]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)][:-1]
    return "".join(f"{cut(_line(line, widths), width)}\n" for line in cells)


def named(function: FunctionId | None) -> str:
    """The function as people call it."""
    return NOTHING if function is None else f"{function.third_party_id}/{function.parser_id}"


def age(since: int | None, now: int) -> str:
    """The time from *since* to *now* (UTC nanoseconds since 1970) in its largest unit."""
    if since is None:
        return "?"
    seconds = max(0, now - since) // _SECOND
    unit, size = next(((u, n) for u, n in _UNITS if seconds >= n), _UNITS[-1])
    return f"{seconds // size}{unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    *firsts, last = cells
    padded = (f"{cell:<{width}}" for cell, width in zip(firsts, widths, strict=True))
    return "  ".join((*padded, last)).rstrip()
