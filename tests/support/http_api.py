"""A Kubernetes API over HTTP, with nothing between the calls and their answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import attrs

from knative_lambda.adapters.kubernetes.api import JSON, KubernetesApi, Query, Refusal
from knative_lambda.domain.errors import TransientError


async def _at_once(_method: str, _path: str) -> None:
    return


@attrs.frozen(eq=False)
class HttpApi(KubernetesApi):
    """Calls the API at *url*.

    Attributes:
        pause: Awaited before each call: where a replica may be held up.
    """

    client: aiohttp.ClientSession
    url: str
    pause: Callable[[str, str], Awaitable[None]] = _at_once

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Query = (),
        content_type: str = JSON,
    ) -> Mapping[str, Any]:
        """Call it."""
        await self.pause(method, path)
        headers = {"Content-Type": content_type}
        try:
            async with asyncio.timeout(5):
                response = await self.client.request(
                    method, self.url + path, json=body, params=list(query), headers=headers
                )
                answer: dict[str, Any] = await response.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TransientError("no answer") from error
        if not response.ok:
            raise Refusal(response.status, answer.get("reason", ""), answer.get("message", ""))
        return answer
