"""The Kubernetes API that the environment leads to, with kubernetes_asyncio."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import attrs

from knative_lambda.adapters.kubernetes.api import JSON, Query, StreamingApi
from knative_lambda.adapters.kubernetes.refusals import answered, refusal
from knative_lambda.adapters.threads import in_thread

if TYPE_CHECKING:
    from knative_lambda.adapters.kubernetes.connection import Connection

_ANSWER: Final = 30.0  # seconds


@attrs.define(eq=False)
class KubernetesClient(StreamingApi):
    """The SDK is imported, and a connection opened, with the first call."""

    _opened: "Connection | None" = attrs.field(default=None, init=False)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Query = (),
        content_type: str = JSON,
    ) -> Mapping[str, Any]:
        """The object that the API answers with, within half a minute.

        Raises:
            Refusal: The API says no.
            SetupError: There is none, or we do not understand each other.
            TransientError: There is no answer.
        """
        connection = await self._connection()
        status, content = await connection.send(method, path, body, query, content_type)
        if status == HTTPStatus.UNAUTHORIZED:
            await connection.sign_in_again()
            status, content = await connection.send(method, path, body, query, content_type)
        return answered(status, content)

    async def stream(self, path: str, query: Query, quiet: float) -> AsyncGenerator[bytes, None]:
        """What the API sends, piece by piece; *quiet* seconds in between.

        Raises:
            Refusal: The API says no.
            SetupError: As for `call`.
            TransientError: There is no answer, or it broke off.
        """
        connection = await self._connection()
        async with connection.receive(path, query, quiet) as response:
            if response.status != HTTPStatus.OK:
                raise refusal(response.status, await response.read())
            async for piece in response.content.iter_any():
                yield piece

    async def date(self) -> str:
        """What the API says the time is, as its answers bear it; empty if they do not.

        Raises:
            SetupError: As for `call`.
            TransientError: There is no answer.
        """
        connection = await self._connection()
        async with connection.receive("/version", (), _ANSWER) as response:
            return str(response.headers.get("Date", ""))

    async def close(self) -> None:
        """Close the connections; another call would open them anew."""
        async with self._opening:
            opened, self._opened = self._opened, None
            if opened is not None:
                await opened.close()

    async def _connection(self) -> "Connection":
        async with self._opening:
            if self._opened is None:
                self._opened = await (await in_thread(_sdk)).open()
            return self._opened


def _sdk() -> "type[Connection]":
    from knative_lambda.adapters.kubernetes.connection import Connection  # noqa: PLC0415 - see KubernetesClient

    return Connection
