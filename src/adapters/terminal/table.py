"""Rows in columns that fit the window, and the small texts that stand in them."""

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from knative_lambda.adapters.terminal.colours import OF_STATES, painted
from knative_lambda.adapters.terminal.printable import cut
from knative_lambda.domain.ids import FunctionId

NOTHING: Final = "-"
_WIDEST: Final = 48  # characters of a cell that may be cut and is not the last
_LEAST: Final = 12  # characters of the last column that are worth to be shown
_GAP: Final = "  "
_SECOND: Final = 1_000_000_000
_UNITS: Final = (("d", 24 * 3600), ("h", 3600), ("m", 60), ("s", 1))


@attrs.frozen
class Column:
    """One of a table.

    Attributes:
        whole: Whether its cells are never cut, since they are what commands take.
        states: Whether its cells are words for states, which have colours.
    """

    head: str
    whole: bool = False
    states: bool = False


@attrs.frozen
class Table:
    """Columns, the last of which gets the room that is left.

    Attributes:
        spare: Heads of those that are left out where there is no room, in this order.
    """

    columns: Sequence[Column]
    spare: Sequence[str] = ()

    def lines(
        self, rows: Sequence[Sequence[str]], width: int | None, *, coloured: bool = False
    ) -> Iterator[str]:
        """The head and *rows*, no line longer than *width*, if no id is.

        Where they have no room beside it, the other cells of a row stand below its ids.

        Args:
            rows: A cell each for all columns.
            width: Characters that a line has room for; `None`: any number.
            coloured: Whether words for states have colours.
        """
        columns = [
            _Cells(column, [row[at] for row in rows], is_last=at == len(self.columns) - 1)
            for at, column in enumerate(self.columns)
        ]
        shown = self._fitting(columns, width)
        if width is None or _need(shown) <= width:
            yield from _set(shown, width, coloured=coloured)
            return
        ids = [one for one in columns if one.column.whole]
        others = self._fitting([one for one in columns if not one.column.whole], width - len(_GAP))
        below = _set(others, width - len(_GAP), coloured=coloured)
        for above, line in zip(_set(ids, None, coloured=coloured), below, strict=True):
            yield above
            yield f"{_GAP}{line}"

    def _fitting(self, columns: Sequence["_Cells"], width: int | None) -> list["_Cells"]:
        left = list(columns)
        for head in self.spare:
            if width is None or _need(left) <= width:
                break
            left = [one for one in left if one.column.head != head]
        return left


class _Cells:
    """The cells of a column, with its head."""

    def __init__(self, column: Column, cells: Sequence[str], *, is_last: bool) -> None:
        most = None if column.whole or is_last else _WIDEST
        self.column = column
        self.texts = [column.head, *(cut(cell, most) for cell in cells)]
        self.width = max(map(len, self.texts))


def _need(columns: Sequence[_Cells]) -> int:
    """How much room they need at least."""
    *firsts, last = columns
    least = last.width if last.column.whole else min(last.width, _LEAST)
    return sum(one.width + len(_GAP) for one in firsts) + least


def _set(columns: Sequence[_Cells], width: int | None, *, coloured: bool) -> Iterator[str]:
    *firsts, last = columns
    left = None if width is None else width - sum(one.width + len(_GAP) for one in firsts)
    for at in range(len(last.texts)):
        line = [
            _cell(one, one.texts[at], one.width, coloured=coloured and at > 0) for one in firsts
        ]
        end = last.texts[at] if last.column.whole else cut(last.texts[at], left)
        yield _GAP.join((*line, _cell(last, end, 0, coloured=coloured and at > 0))).rstrip()


def _cell(of: _Cells, text: str, width: int, *, coloured: bool) -> str:
    colour = OF_STATES.get(text) if coloured and of.column.states else None
    return painted(text, colour) + " " * (width - len(text))


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
