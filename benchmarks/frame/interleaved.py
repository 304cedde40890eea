"""Several sides of a comparison, measured by turns in one run: what disturbs one disturbs all.

Of two whose order changes from round to round, none has the better place.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median

import attrs

from benchmarks.frame.report import told

Figures = Mapping[str, float]


@attrs.frozen
class Rounds:
    """What was measured, by side and round.

    Attributes:
        figures: Of each side, those of each round, by their names.
    """

    figures: Mapping[str, Sequence[Figures]]

    def median(self, side: str, figure: str) -> float:
        """Over all rounds."""
        return median(one[figure] for one in self.figures[side])

    def ratio(self, side: str, other: str, figure: str) -> float:
        """Of *side* to *other*: the median of what it is in each round.

        What disturbs some rounds moves it less than the ratio of two medians, which may be of
        rounds that had nothing in common.
        """
        pairs = zip(self.figures[side], self.figures[other], strict=True)
        return median(one[figure] / another[figure] for one, another in pairs)

    def spread(self, side: str, figure: str) -> str:
        """The least and the most."""
        values = [one[figure] for one in self.figures[side]]
        return f"{told(min(values))} to {told(max(values))}"


async def interleaved(rounds: int, sides: Mapping[str, Callable[[], Awaitable[Figures]]]) -> Rounds:
    """Measure each of *sides* once a round, every other time from the last to the first."""
    figures: dict[str, list[Figures]] = {name: [] for name in sides}
    order = list(sides)
    for _ in range(rounds):
        for name in order:
            figures[name].append(await sides[name]())
        order.reverse()
    return Rounds(figures)
