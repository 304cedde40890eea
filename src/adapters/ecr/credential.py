"""The credential for a registry in ECR: a token, as Docker's clients show it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from knative_lambda.adapters.ecr.rights import PULL, PUSH
from knative_lambda.adapters.ecr.token import Token
from knative_lambda.adapters.oci.credentials import Credential, CredentialSource

if TYPE_CHECKING:
    from knative_lambda.adapters.ecr.client import EcrClient

_EARLY: Final = timedelta(minutes=15)  # clocks differ, and uploads take time
# Whoever asks again has been refused, or has used it up; but several may ask at once.
_NEW: Final = timedelta(minutes=1)


def _now() -> datetime:
    return datetime.now(UTC)


@attrs.define(eq=False)
class EcrCredential(CredentialSource):
    """Gets a token when it is asked, and says for how long it is to be used.

    Attributes:
        client: Gives that of the registry.
        now: The time.
    """

    client: "Callable[[], Awaitable[EcrClient]]"
    now: Callable[[], datetime] = _now
    _token: Token | None = attrs.field(default=None, init=False)
    _got: datetime = attrs.field(default=datetime.min.replace(tzinfo=UTC), init=False)
    _asking: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def find(self) -> Credential:
        """That of the role of this service.

        Raises:
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        async with self._asking:
            if self._token is None or self.now() - self._got >= _NEW:
                self._token = await (await self.client()).token()
                self._got = self.now()
            left = self._token.until - _EARLY - self.now()
            return Credential(self._token.user, self._token.password, left.total_seconds())

    def advice(self, user: str | None, *, writing: bool) -> str:  # noqa: ARG002 - it is always AWS
        """What its role must permit."""
        return f"permit {', '.join(PUSH if writing else PULL)} to the role of this service"
