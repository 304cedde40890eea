"""Waiting for what becomes of an order: by its events, and by what the function's record says."""

import asyncio
from typing import Final

import attrs

from knative_lambda.application.following import Following
from knative_lambda.application.order import Order
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.record import Record
from knative_lambda.ports.records import Records

_IN_VAIN: Final = (
    "without effect: something newer was asked for of this function, or there is no build to go "
    "back to; what to do: see `knative-lambda status {}`"
)
_DECIDED: Final = (
    "decided, and not heard to be done within {:g} s; what to do: see `knative-lambda status {}`"
)
_UNHEARD: Final = (
    "nothing came of it within {:g} s, but it may yet; what to do: see that `knative-lambda "
    "consume` runs, and follow it again with --id {}"
)


class InVainError(BuilderError):
    """What was asked has no effect, or none yet; the message says what to do."""


@attrs.frozen
class Awaiting:
    """Waits for one order.

    Attributes:
        within: Seconds after which it is no longer waited for.
        every: Seconds between two looks at the record.
    """

    order: Order
    following: Following
    records: Records
    within: float
    every: float = 1.0

    async def end(self) -> CloudEvent:
        """The event after which nothing more becomes of it.

        Raises:
            InVainError: There will be none, or there was none in time.
            SetupError: It cannot be followed any longer.
        """
        heard = asyncio.ensure_future(self._heard())
        try:
            async with asyncio.timeout(self.within):
                while True:
                    await asyncio.wait({heard}, timeout=self.every)
                    if heard.done():
                        return heard.result()
                    record = await self._record()
                    if record is not None and self.order.is_in_vain(record):
                        raise InVainError(_IN_VAIN.format(self._function))
        except TimeoutError as error:
            raise InVainError(await self._late()) from error
        finally:
            heard.cancel()

    async def _heard(self) -> CloudEvent:
        while True:
            event = await self.following.next()
            if self.order.ends_with(event):
                return event

    async def _record(self) -> Record | None:
        try:
            return (await self.records.read(self.order.function)).record
        except BuilderError:
            return None  # whoever may not read the records still hears the events

    async def _late(self) -> str:
        record = await self._record()
        if record is not None and self.order.is_decided(record):
            return _DECIDED.format(self.within, self._function)
        return _UNHEARD.format(self.within, self.order.event.id)

    @property
    def _function(self) -> str:
        return f"{self.order.function.third_party_id}/{self.order.function.parser_id}"
