"""One registry's API, as somebody it knows if it wants to know."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus

import aiohttp
import attrs
from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.challenge import Challenge, wanted
from knative_lambda.adapters.oci.credentials import CredentialSource
from knative_lambda.adapters.oci.errors import REFUSALS, unexpected
from knative_lambda.adapters.oci.grants import Grant, Grants
from knative_lambda.adapters.oci.request import Request
from knative_lambda.adapters.oci.scopes import Scope, to_pull
from knative_lambda.adapters.oci.sign_in import SignIn
from knative_lambda.adapters.oci.transport import TIMEOUT, Transport
from knative_lambda.adapters.oci.trust import trusted


@attrs.define(eq=False)
class RegistryClient:
    """Asks first, and shows something only when told to; what was taken is shown again.

    Attributes:
        timeout: Seconds that one answer may take, besides what its size allows.
        clock: Seconds.
    """

    address: Address
    credentials: CredentialSource
    timeout: float = TIMEOUT
    clock: Callable[[], float] = time.monotonic
    _transport: Transport = attrs.field(init=False)
    _sign_in: SignIn = attrs.field(init=False)
    _grants: Grants = attrs.field(factory=Grants, init=False)

    def __attrs_post_init__(self) -> None:
        authority, besides = self.address.authority, self.address.besides
        self._transport = Transport(partial(trusted, authority, besides=besides), self.timeout)
        self._sign_in = SignIn(self.address, self._transport, self.credentials, self.clock)

    def url(self, repository: str, path: str) -> URL:
        """Of *path* of *repository*."""
        return self.address.origin / "v2" / repository / path

    async def ask(
        self, method: str, repository: str, path: str, headers: Mapping[str, str]
    ) -> Answer | None:
        """What the registry has at *path* of *repository*; `None`: nothing.

        Raises:
            SetupError: There is something to mend.
            TransientError: There was no answer.
        """
        request = Request(method, self.url(repository, path), headers)
        answer = await self.answer(to_pull(repository), request)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise unexpected(self.address.title, answer)
        return answer

    async def answer(self, scope: Scope, request: Request, *, led: bool = False) -> Answer:
        """What is said to *request*, which *scope* is needed for; but not that it is refused.

        Whoever is not the registry itself is shown nothing.

        Args:
            led: Whether an answer is one that leads to another origin.

        Raises:
            SetupError: There is something to mend.
            TransientError: There was no answer.
        """
        whom = self.title(request.url)
        if not self.address.is_own(request.url):
            return await self._transport.send(request, whom, led=led)
        grant = self._grants.find(scope, self.clock())
        answer = await self._transport.send(_shown(request, grant), whom, led=led)
        challenges = wanted(answer.status, answer.headers)
        if challenges is not None:
            grant = await self._renewed(grant, scope, challenges)
            answer = await self._transport.send(_shown(request, grant), whom, led=led)
        self._check(answer.status, grant, scope)
        return answer

    @asynccontextmanager
    async def stream(self, scope: Scope, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """As `answer`, to be read piece by piece; it may lead to another origin.

        Raises:
            SetupError: There is something to mend.
            TransientError: There is no answer; also while it is read.
        """
        whom = self.title(request.url)
        if not self.address.is_own(request.url):
            async with self._transport.opened(request, whom) as response:
                yield response
            return
        grant = self._grants.find(scope, self.clock())
        for last in (False, True):
            async with self._transport.opened(_shown(request, grant), whom) as response:
                challenges = wanted(response.status, response.headers)
                if last or challenges is None:
                    self._check(response.status, grant, scope)
                    yield response
                    return
            grant = await self._renewed(grant, scope, challenges)

    def title(self, url: URL) -> str:
        """What errors call whom *url* is of."""
        if self.address.is_own(url):
            return self.address.title
        return f"{url.host}, where {self.address.title} keeps what it has,"

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _renewed(
        self, grant: Grant | None, scope: Scope, challenges: Sequence[Challenge]
    ) -> Grant:
        self._grants.drop(scope, grant)
        renewed = await self._sign_in.grant(challenges, scope)
        self._grants.keep(scope, renewed)
        return renewed

    def _check(self, status: int, grant: Grant | None, scope: Scope) -> None:
        if status in REFUSALS:
            self._grants.drop(scope, grant)
            user = grant.user if grant is not None else None
            raise self._sign_in.refusal(self.address.title, user, status, scope)


def _shown(request: Request, grant: Grant | None) -> Request:
    return request if grant is None else request.showing(grant.header)
