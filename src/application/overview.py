"""What there is to show of functions: their records, and what is seen of what they should serve."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.record import Desired, DesiredKind, Record
from knative_lambda.ports.function_view import FunctionSight, FunctionView, Serving
from knative_lambda.ports.service_deployer import Service
from knative_lambda.ports.trigger_sight import SeenTrigger, TriggerSight

_AT_ONCE: Final = 8  # looks
_BEHIND: Final = "what should be served is not what is: see that `consume` or `reconcile` runs"
_ABSENT: Final = "no Service is there: see that `consume` or `reconcile` runs"
_LEFT: Final = "it should be gone, and its Service is there: see that `consume` or `reconcile` runs"
_FOREIGN: Final = "a Service of its name is there that is not ours: rename or delete that one"


@attrs.frozen
class Overview(FunctionSight):
    """Looks, and changes nothing.

    Attributes:
        look: Gives the Service of a name, as `ServiceDeployer.look` does.
        triggers: `None` where none can be seen.
    """

    look: Callable[[str], Awaitable[Service | None]]
    triggers: TriggerSight | None

    async def of(self, record: Record) -> FunctionView:
        """The function of *record*, with its Triggers."""
        serving, triggers = await asyncio.gather(self._serving(record), self._triggers(record))
        return FunctionView(record, serving, triggers)

    async def of_all(self, records: Iterable[Record]) -> Sequence[FunctionView]:
        """The functions of *records* in their order, without their Triggers."""
        turns = asyncio.Semaphore(_AT_ONCE)

        async def in_turn(record: Record) -> FunctionView:
            async with turns:
                return FunctionView(record, await self._serving(record))

        return await asyncio.gather(*map(in_turn, records))

    async def _serving(self, record: Record) -> Serving | None:
        try:
            seen = await self.look(names.service(record.function))
        except BuilderError as error:
            return Serving(None, message=str(error))
        return _compared(record.desired, seen)

    async def _triggers(self, record: Record) -> tuple[SeenTrigger, ...] | None:
        if self.triggers is None:
            return None
        try:
            return tuple(await self.triggers.of(record.function))
        except BuilderError:
            return None  # a look at the Service says why


def _compared(desired: Desired | None, seen: Service | None) -> Serving | None:
    if seen is None:
        served = desired is not None and desired.kind is DesiredKind.DEPLOYED
        return Serving(ready=False, message=_ABSENT) if served else None
    if seen.key is None:
        return Serving(ready=False, message=_FOREIGN)
    if desired is None or desired.kind is DesiredKind.DELETED:
        return Serving(ready=False, url=seen.url, message=_LEFT)
    if seen.key != desired.key:
        return Serving(ready=False, url=seen.url, message=_BEHIND)
    return Serving(seen.ready, seen.url, seen.message)
