"""What does not come all at once is given as it comes, and told when it breaks off."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from support.kubernetes.cluster import BUILDS
from support.kubernetes_access import kubeconfig
from support.registry_script import Answer, Script

from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.domain.errors import TransientError

LOG = f"/api/v1/namespaces/{BUILDS}/pods/x/log"


@pytest.fixture
def more() -> asyncio.Event:
    """When the rest of an answer is to come."""
    return asyncio.Event()


async def begun(request: web.Request, length: int | None = None) -> web.StreamResponse:
    """An answer of which only the beginning has been given."""
    response = web.StreamResponse()
    response.content_length = length
    await response.prepare(request)
    await response.write(b"first ")
    return response


async def client_of(
    answer: Answer, folder: Path, patch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesClient]:
    """A client of something that answers each request so."""
    async with Script(answer) as script:
        patch.setenv("KUBECONFIG", str(kubeconfig(folder, script.url(""))))
        client = KubernetesClient()
        yield client
        await client.close()


@pytest.fixture
async def slow(
    more: asyncio.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesClient]:
    """Its API says where it was asked, once there is more to be said."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begun(request)
        await more.wait()
        await response.write(request.path_qs.encode())
        return response

    async for client in client_of(answer, tmp_path, monkeypatch):
        yield client


@pytest.fixture
async def broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesClient]:
    """Its API breaks off."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await begun(request, 100)
        assert request.transport is not None
        request.transport.abort()
        return response

    async for client in client_of(answer, tmp_path, monkeypatch):
        yield client


async def test_it_is_given_as_it_comes(slow: KubernetesClient, more: asyncio.Event) -> None:
    pieces = slow.stream(LOG, [("follow", "true")], quiet=30)
    assert await anext(pieces) == b"first "
    more.set()
    assert b"".join([piece async for piece in pieces]) == f"{LOG}?follow=true".encode()


async def test_what_is_silent_for_too_long_is_ended(
    slow: KubernetesClient, more: asyncio.Event
) -> None:
    pieces = slow.stream(LOG, (), quiet=0.1)
    await anext(pieces)
    with pytest.raises(TransientError, match="no answer in time"):
        await anext(pieces)
    more.set()


async def test_what_breaks_off_is_told(broken: KubernetesClient) -> None:
    with pytest.raises(TransientError, match="cannot be reached"):
        assert [piece async for piece in broken.stream(LOG, (), quiet=30)]


async def test_what_is_refused_is_what_the_api_said(client: KubernetesClient) -> None:
    with pytest.raises(Refusal, match="404 NotFound"):
        await anext(client.stream(LOG, (), quiet=30))
