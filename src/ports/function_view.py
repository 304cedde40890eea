"""A function as it stands, for whoever looks at it: what is recorded, and what is seen."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import attrs

from knative_lambda.domain.record import Build, Record
from knative_lambda.ports.trigger_sight import SeenTrigger


@attrs.frozen
class Serving:
    """What is seen of a function's Service.

    Attributes:
        ready: Whether it serves what it should; `None` if that cannot be seen from here.
        url: Where it answers, if it is known.
        message: Why it does not, or why it cannot be seen; empty if there is nothing to say.
    """

    ready: bool | None
    url: str | None = None
    message: str = ""


@attrs.frozen
class FunctionView:
    """All there is to show of a function.

    Attributes:
        serving: `None` for one that should not be served, and is not.
        triggers: By name; `None` if they cannot be seen from here.
    """

    record: Record
    serving: Serving | None
    triggers: tuple[SeenTrigger, ...] | None = None

    @property
    def builds(self) -> tuple[Build, ...]:
        """Its builds, the oldest request first."""
        return tuple(sorted(self.record.builds.values(), key=lambda build: build.key))

    @property
    def newest(self) -> Build | None:
        """The build that was asked for last."""
        return max(self.record.builds.values(), key=lambda build: build.key, default=None)


class FunctionSight(Protocol):
    """Looks at what is served of functions."""

    async def of(self, record: Record) -> FunctionView:
        """The function of *record*, with its Triggers."""
        ...

    async def of_all(self, records: Iterable[Record]) -> Sequence[FunctionView]:
        """The functions of *records* in their order, without their Triggers."""
        ...
