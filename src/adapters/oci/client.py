"""One registry's API, as somebody it knows if it wants to know."""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path

import attrs
from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.errors import REFUSALS, refused, unexpected
from knative_lambda.adapters.oci.grants import Grant, Grants
from knative_lambda.adapters.oci.sign_in import SignIn
from knative_lambda.adapters.oci.transport import TIMEOUT, Answer, Transport


@attrs.define(eq=False)
class RegistryClient:
    """Asks first, and shows something only when told to; what was taken is shown again.

    Attributes:
        config: Docker's `config.json`, which need not be there.
        timeout: Seconds that one answer may take.
        clock: Seconds.
    """

    address: Address
    config: Path
    timeout: float = TIMEOUT
    clock: Callable[[], float] = time.monotonic
    _transport: Transport = attrs.field(init=False)
    _sign_in: SignIn = attrs.field(init=False)
    _grants: Grants = attrs.field(factory=Grants, init=False)

    def __attrs_post_init__(self) -> None:
        self._transport = Transport(self.address.authority, self.timeout)
        self._sign_in = SignIn(self.address, self._transport, self.config, self.clock)

    async def ask(
        self, method: str, repository: str, path: str, headers: Mapping[str, str]
    ) -> Answer | None:
        """What the registry has at *path* of *repository*; `None`: nothing.

        Raises:
            SetupError: There is something to mend.
            TransientError: There was no answer.
        """
        url = self.address.origin / "v2" / repository / path
        answer = await self.answer(method, repository, url, headers)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise unexpected(self.address.title, answer.status)
        return answer

    async def answer(
        self, method: str, repository: str, url: URL, headers: Mapping[str, str]
    ) -> Answer:
        """What the registry says at *url*, which is about *repository*; but not that it refuses.

        Raises:
            SetupError: There is something to mend.
            TransientError: There was no answer.
        """
        grant = self._grants.find(repository, self.clock())
        answer = await self._send(method, url, headers, grant)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._grants.drop(repository, grant)
            grant = await self._sign_in.grant(answer.challenges, repository)
            self._grants.keep(repository, grant)
            answer = await self._send(method, url, headers, grant)
        if answer.status in REFUSALS:
            self._grants.drop(repository, grant)
            user = grant.user if grant is not None else None
            raise refused(self.address.title, user, answer.status)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _send(
        self, method: str, url: URL, headers: Mapping[str, str], grant: Grant | None
    ) -> Answer:
        shown = {"Authorization": grant.header} if grant is not None else {}
        return await self._transport.send(method, url, {**headers, **shown}, self.address.title)
