"""Dead letters of a broker in memory."""

import hashlib
from collections.abc import AsyncGenerator
from typing import Final

import attrs

from knative_lambda.adapters.memory.broker import KeptMessage, MemoryBroker
from knative_lambda.ports.letter_sight import LetterSight
from knative_lambda.ports.letters import Letter

_ID_DIGITS: Final = 12


@attrs.frozen
class MemoryLetterSight(LetterSight):
    """Looks at what *broker* keeps."""

    broker: MemoryBroker

    async def count(self) -> int:
        """How many it keeps."""
        return len(self.broker.dead_letters)

    async def letters(self, most: int) -> AsyncGenerator[Letter, None]:
        """As it keeps them."""
        for kept in self.broker.dead_letters[:most]:
            yield _letter(kept)


def _letter(kept: KeptMessage) -> Letter:
    message = kept.message
    identity = f"{message.message_id}\0{kept.kept_at}\0".encode() + message.body
    return Letter(
        id=hashlib.sha256(identity).hexdigest()[:_ID_DIGITS],
        message=message,
        reason=kept.rejection.value,
        detail=kept.detail,
        kept_at=kept.kept_at,
        attempts=len(kept.failures),
        failures=kept.failures,
    )
