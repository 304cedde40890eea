"""Sweeping now and then, whatever comes of it."""

import asyncio
from collections.abc import Callable
from typing import Final

import attrs
import structlog

from knative_lambda.application.reconciler import Reconciler
from knative_lambda.domain.errors import BuilderError

_SECOND: Final = 1_000_000_000
SOON: Final = 10.0  # seconds; what died with a process should not wait for a whole round

_log = structlog.get_logger()


@attrs.frozen
class Sweeper:
    """Runs the reconciler.

    Attributes:
        chance: From 0 to 1; replicas that start together should not sweep together.
    """

    reconciler: Reconciler
    chance: Callable[[], float]

    async def once(self) -> bool:
        """One sweep; whether it could look at everything."""
        began, complete = self.reconciler.now(), True
        try:
            await self.reconciler.sweep()
        except Exception as error:  # noqa: BLE001 - a sweep that fails ends no process
            complete = False
            cause = str(error) if isinstance(error, BuilderError) else "internal"
            _log.warning("sweep.incomplete", error=cause)
        else:
            _log.info("sweep.done")
        took = max(0, self.reconciler.now() - began) / _SECOND
        self.reconciler.metrics.swept(complete=complete, took=took)
        return complete

    async def run(self, every: float) -> None:
        """Sweep soon, and then every so many seconds, until cancelled."""
        await asyncio.sleep(SOON * self.chance())
        while True:
            await self.once()
            await asyncio.sleep(every)
