"""What a program has found out: figures beside those of a peer, or beside a limit."""

from collections.abc import Sequence
from math import inf
from typing import Literal

import attrs
import cattrs

HEAD = ("what", "ours", "beside", "ratio", "budget", "status")
_FOUR_DIGITS = 1000


def told(figure: float) -> str:
    """In four digits, or in all that it has before the point."""
    return f"{figure:,.0f}" if figure >= _FOUR_DIGITS else f"{figure:.4g}"


@attrs.frozen
class Budget:
    """What the ratio must be, `at least` or `at most`."""

    bound: Literal["at least", "at most"]
    ratio: float

    def allows(self, ratio: float) -> bool:
        """Whether *ratio* is within it."""
        return ratio >= self.ratio if self.bound == "at least" else ratio <= self.ratio

    def __str__(self) -> str:
        return f"{self.bound} {self.ratio:g}"


@attrs.frozen
class Row:
    """One figure.

    Attributes:
        what: That is measured.
        unit: Of both figures.
        ours: The median of ours.
        other: The median of the peer's, or the limit.
        beside: Whose the other is.
        budget: `None` for what only explains another row.
        paired: The median of the ratios of all rounds, where both sides of a round were measured
            one right after the other.
    """

    what: str
    unit: str
    ours: float
    other: float
    beside: str
    budget: Budget | None = None
    paired: float | None = None

    @property
    def ratio(self) -> float:
        """Ours to the other; a limit of nothing is reached by nothing, and missed by anything."""
        if self.paired is not None:
            return self.paired
        if not self.other:
            return inf if self.ours else 1.0
        return self.ours / self.other

    @property
    def missed(self) -> bool:
        """Whether there is a budget, and the ratio is not within it."""
        return self.budget is not None and not self.budget.allows(self.ratio)

    @property
    def cells(self) -> Sequence[str]:
        """As the table has it."""
        status = "" if self.budget is None else "missed" if self.missed else "met"
        ours, other = (f"{told(each)} {self.unit}".rstrip() for each in (self.ours, self.other))
        budget = str(self.budget or "")
        return self.what, ours, f"{other} ({self.beside})", f"{self.ratio:.2f}", budget, status


@attrs.frozen
class Report:
    """The answer of one program.

    Attributes:
        notes: Sentences on how it was measured.
    """

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def missed(self) -> bool:
        """Whether any budget is."""
        return any(row.missed for row in self.rows)


def to_json(report: Report) -> object:
    """For another process."""
    return cattrs.unstructure(report)


def from_json(document: object) -> Report:
    """What `to_json` was given."""
    return cattrs.structure(document, Report)


def table(rows: Sequence[Row]) -> str:
    """In Markdown, with columns that are as wide as they must be to be read as they are."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = _line(["-" * width for width in widths], widths)
    head, *rest = (_line(line, widths) for line in lines)
    return "\n".join([head, rule, *rest])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    inner = " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {inner} |"
