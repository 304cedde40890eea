"""What fails for a moment, tried again a few times."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import attrs

from knative_lambda.adapters.oci.errors import LaterError
from knative_lambda.domain.errors import TransientError

T = TypeVar("T")

ATTEMPTS: Final = 4
LONGEST: Final = 15.0  # seconds to wait for a registry that asks for it; a delivery waits longer

_FIRST: Final = 0.2  # seconds, then twice as long each time


@attrs.frozen
class Retries:
    """How waits are made.

    Attributes:
        sleep: For so many seconds.
        chance: A number from 0 up to 1, another each time.
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random

    async def tried(self, work: Callable[[], Awaitable[T]]) -> T:
        """What *work* gives, the first time that it does.

        Raises:
            TransientError: That of the last time.
        """
        patience = Patience(self)
        while True:
            try:
                return await work()
            except TransientError as error:
                await patience.wait(error)


@attrs.define(eq=False)
class Patience:
    """What is left of the attempts at one thing."""

    _retries: Retries
    _failed: int = attrs.field(default=0, init=False)

    async def wait(self, error: TransientError) -> None:
        """Wait after *error* until it is time to try again.

        Raises:
            TransientError: It was the last attempt, or the registry asks for too long a wait.
        """
        self._failed += 1
        asked = error.wait if isinstance(error, LaterError) else 0.0
        if self._failed >= ATTEMPTS or asked > LONGEST:
            raise error
        usual = _FIRST * 2 ** (self._failed - 1) * (0.5 + self._retries.chance())
        await self._retries.sleep(max(asked, usual))

    def renew(self) -> None:
        """Begin to count anew: something has come of it."""
        self._failed = 0
