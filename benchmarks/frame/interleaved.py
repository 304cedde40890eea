"""Several sides of a comparison, measured by turns in one run: what disturbs one disturbs all."""

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

    def spread(self, side: str, figure: str) -> str:
        """The least and the most."""
        values = [one[figure] for one in self.figures[side]]
        return f"{told(min(values))} to {told(max(values))}"


async def interleaved(rounds: int, sides: Mapping[str, Callable[[], Awaitable[Figures]]]) -> Rounds:
    """Measure each of *sides* once a round."""
    figures: dict[str, list[Figures]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measure in sides.items():
            figures[name].append(await measure())
    return Rounds(figures)
