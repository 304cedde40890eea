"""The page of metrics, as Prometheus reads it."""

from collections.abc import Mapping

import attrs
from prometheus_client.parser import text_string_to_metric_families


@attrs.frozen
class Page:
    """What stood on it."""

    text: str

    def value(self, sample: str, **labels: str) -> float | None:
        """Of that very series; `None` if it is not there."""
        found = [each for name, own, each in self.samples() if (name, own) == (sample, labels)]
        return found[0] if found else None

    def total(self, sample: str, **labels: str) -> float:
        """The sum of all series that have these labels."""
        return sum(
            each
            for name, own, each in self.samples()
            if name == sample and labels.items() <= own.items()
        )

    def samples(self) -> list[tuple[str, Mapping[str, str], float]]:
        """Name, labels and value of each series."""
        return [
            (sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
        ]

    def kinds(self) -> dict[str, str]:
        """The kind of each metric of ours, by its whole name."""
        lines = [line.split() for line in self.text.splitlines()]
        return {words[2]: words[3] for words in lines if words[:2] == ["#", "TYPE"]}
