"""ECR is pushed to as any registry, with a token that the role of the service gets."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from support.ecr_push import HOST
from support.fake_registry import FakeRegistry
from support.moto import Moto
from support.pushing_setup import NAME, Waits, blob
from support.registry_script import Script, guarded

from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.credential import EcrCredential
from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.repository import Repository
from knative_lambda.domain.errors import SetupError, TransientError


@pytest.fixture
async def ecr_registry(aws: Moto) -> AsyncIterator[EcrImageRegistry]:  # noqa: ARG001 - it finds it by the variables
    made = EcrImageRegistry(EcrAddress.of(HOST))
    yield made
    await made.close()


async def test_a_token_is_what_docker_shows(
    ecr_registry: EcrImageRegistry, stack: AsyncExitStack
) -> None:
    credentials = EcrCredential(ecr_registry.client)
    known = await credentials.find()
    assert known.user == "AWS"
    registry = FakeRegistry()
    challenge = 'Basic realm="https://ecr.test/",service="ecr.amazonaws.com"'
    script = await stack.enter_async_context(Script(guarded(challenge, known.basic, registry)))
    client = RegistryClient(Address.of(script.host), credentials)
    stack.push_async_callback(client.close)
    repository = Repository(client, NAME, Waits().retries)
    assert await repository.send(blob(b"one")) == 3
    assert await repository.has(blob(b"one").digest)
    assert [seen.shown for seen in script.seen][:2] == [None, known.basic]


async def test_a_token_that_is_refused_is_told_with_what_to_permit(
    ecr_registry: EcrImageRegistry, stack: AsyncExitStack
) -> None:
    credentials = EcrCredential(ecr_registry.client)
    known = await credentials.find()
    script = await stack.enter_async_context(Script(guarded("Basic", "never", FakeRegistry())))
    client = RegistryClient(Address.of(script.host), credentials)
    stack.push_async_callback(client.close)
    with pytest.raises(SetupError, match="permit ecr:BatchCheckLayerAvailability") as raised:
        await Repository(client, NAME).send(blob(b"one"))
    assert known.password not in str(raised.value)


async def _asked(stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    async def given(_request: web.Request) -> web.Response:
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return web.Response(
            status=status, text=json.dumps(body), content_type="application/x-amz-json-1.1"
        )

    script = await stack.enter_async_context(Script(given))
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", script.url(""))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    registry = EcrImageRegistry(EcrAddress.of(HOST))
    stack.push_async_callback(registry.close)
    await EcrCredential(registry.client).find()


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            (400, {"__type": "AccessDeniedException"}),
            SetupError,
            "permit ecr:GetAuthorizationToken",
        ),
        ((500, {}), TransientError, "ecr:GetAuthorizationToken of"),
        ({"authorizationData": []}, SetupError, "no token"),
        ({}, SetupError, "no token"),
        (
            {"authorizationData": [{"authorizationToken": "?hidden", "expiresAt": 1.0}]},
            SetupError,
            "no token",
        ),
    ],
)
@pytest.mark.usefixtures("aws")
async def test_no_token_is_told(
    stack: AsyncExitStack,
    monkeypatch: pytest.MonkeyPatch,
    answer: object,
    error: type[Exception],
    said: str,
) -> None:
    with pytest.raises(error, match=said) as raised:
        await _asked(stack, monkeypatch, answer)
    assert "hidden" not in str(raised.value)


@pytest.mark.usefixtures("aws")
async def test_a_token_that_is_good_is_taken(
    stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = b64encode(b"AWS:a:b").decode()
    until = (datetime.now(UTC) + timedelta(hours=12)).timestamp()
    given = {"authorizationToken": token, "expiresAt": until}
    await _asked(stack, monkeypatch, {"authorizationData": [given]})
