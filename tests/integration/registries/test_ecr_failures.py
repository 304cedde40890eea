"""What ECR refuses, and what it cannot answer now, in the words of the port, and with few calls."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web
from support.certificates import Certificates
from support.registry_push import DOCKER_LIST, DOCKER_MANIFEST, INDEX, MANIFEST
from support.registry_script import Script, always
from support.tcp_proxy import free_port

from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.domain.errors import SetupError, TransientError

HOST = "123456789012.dkr.ecr.eu-west-3.amazonaws.com"
IMAGE = f"{HOST}/hello:1"
DIGEST = f"sha256:{'0' * 63}1"
FOUND = {"images": [{"imageId": {"imageTag": "1", "imageDigest": DIGEST}}], "failures": []}
SECRET = "the-secret-of-tests"  # noqa: S105 - opens nothing


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Credentials, and nothing of this machine's own; the SDK tries once."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTSONLY0000001")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "the-token-of-tests")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, f"{tmp_path}/none")
    for name in ("AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def registry() -> AsyncIterator[EcrImageRegistry]:
    made = EcrImageRegistry(EcrAddress.of(HOST))
    yield made
    await made.close()


class Ecr:
    """Answers each operation with the next of its answers, and then always with the last."""

    def __init__(self, **answers: list[tuple[int, Mapping[str, Any]]]) -> None:
        self.answers = answers
        self.calls: list[str] = []
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, request: web.Request) -> web.Response:
        operation = request.headers["X-Amz-Target"].rpartition(".")[2]
        self.calls.append(operation)
        self.asked.append(await request.json())
        answers = self.answers[operation]
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        text = json.dumps(body)
        return web.Response(status=status, text=text, content_type="application/x-amz-json-1.1")


def _error(code: str, message: str = "", status: int = 400) -> tuple[int, dict[str, str]]:
    return status, {"__type": code, "message": message}


async def _played(
    stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch, **answers: list[Any]
) -> Ecr:
    ecr = Ecr(**answers)
    script = await stack.enter_async_context(Script(ecr))
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", script.url(""))
    return ecr


async def test_a_repository_that_is_there_costs_one_call_in_all(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [_error("RepositoryAlreadyExistsException")]
    ecr = await _played(stack, monkeypatch, CreateRepository=there)
    for _ in range(3):
        await registry.ensure("hello")
    assert ecr.calls == ["CreateRepository"]


async def test_a_digest_costs_one_call(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecr = await _played(stack, monkeypatch, BatchGetImage=[(200, FOUND)])
    assert await registry.digest(IMAGE) == DIGEST
    assert ecr.calls == ["BatchGetImage"]


async def test_an_image_is_asked_for_as_it_was_pushed(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecr = await _played(stack, monkeypatch, BatchGetImage=[(200, FOUND)])
    await registry.digest(IMAGE)
    asked = ecr.asked[0]
    assert asked["registryId"] == "123456789012"
    assert asked["imageIds"] == [{"imageTag": "1"}]
    # All that a builder may have pushed.
    assert {INDEX, MANIFEST, DOCKER_LIST, DOCKER_MANIFEST} == set(asked["acceptedMediaTypes"])


async def test_what_was_left_undone_is_done_by_the_next_try(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecr = await _played(
        stack,
        monkeypatch,
        CreateRepository=[(200, {"repository": {}})],
        PutLifecyclePolicy=[_error("ServerException", status=500), (200, {})],
    )
    with pytest.raises(TransientError, match="ecr:PutLifecyclePolicy of hello"):
        await registry.ensure("hello")
    for _ in range(2):
        await registry.ensure("hello")
    assert ecr.calls == ["CreateRepository", "PutLifecyclePolicy", "PutLifecyclePolicy"]


@pytest.mark.parametrize(
    "answer",
    [
        _error("ThrottlingException", "Rate exceeded"),
        _error("TooManyRequestsException"),
        _error("ServerException", status=500),
        _error("", status=503),
        _error("", status=429),
    ],
)
async def test_ecr_with_too_much_to_do_may_answer_later(
    registry: EcrImageRegistry,
    stack: AsyncExitStack,
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[int, dict[str, str]],
) -> None:
    await _played(stack, monkeypatch, BatchGetImage=[answer])
    with pytest.raises(TransientError, match="ecr:BatchGetImage of hello: ECR answered"):
        await registry.digest(IMAGE)


async def test_what_is_throttled_once_is_tried_again_by_the_sdk(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    answers = [_error("ThrottlingException"), (200, FOUND)]
    await _played(stack, monkeypatch, BatchGetImage=answers)
    assert await registry.digest(IMAGE) == DIGEST


async def test_a_permission_that_is_missing_is_named(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = _error("AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized")
    await _played(stack, monkeypatch, CreateRepository=[denied], BatchGetImage=[denied])
    with pytest.raises(SetupError, match=r"permit ecr:CreateRepository to the role .*user/x is"):
        await registry.ensure("hello")
    with pytest.raises(SetupError, match="permit ecr:BatchGetImage"):
        await registry.digest(IMAGE)


@pytest.mark.parametrize(
    "code", ["InvalidSignatureException", "UnrecognizedClientException", "ExpiredTokenException"]
)
async def test_credentials_that_aws_does_not_take_are_not_told(
    registry: EcrImageRegistry,
    stack: AsyncExitStack,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
) -> None:
    quoted = "The Canonical String should have been x-amz-security-token:the-token-of-tests"
    await _played(stack, monkeypatch, BatchGetImage=[_error(code, quoted)])
    with pytest.raises(SetupError, match=f"does not take the credentials .{code}.") as raised:
        await registry.digest(IMAGE)
    assert "the-token-of-tests" not in str(raised.value)


async def test_any_other_refusal_is_told_at_bounded_length(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = _error("LimitExceededException", "The quota of repositories is reached. " * 100)
    await _played(stack, monkeypatch, CreateRepository=[full])
    with pytest.raises(SetupError, match=r"LimitExceededException .The quota of") as raised:
        await registry.ensure("hello")
    assert len(str(raised.value)) < 500


async def test_an_image_that_ecr_cannot_give_is_not_taken_for_a_missing_one(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [{"imageId": {"imageTag": "1"}, "failureCode": "KmsError"}]
    await _played(stack, monkeypatch, BatchGetImage=[(200, {"images": [], "failures": failures})])
    with pytest.raises(SetupError, match="ECR answered KmsError"):
        await registry.digest(IMAGE)


@pytest.mark.parametrize("name", ["x", "long/" * 60 + "x"])
async def test_a_repository_that_ecr_cannot_have_is_not_there_and_not_made(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    wrong = [_error("InvalidParameterException", "must satisfy")]
    await _played(stack, monkeypatch, CreateRepository=wrong, BatchGetImage=wrong)
    assert await registry.digest(f"{HOST}/{name}:1") is None
    assert await registry.digest(f"{HOST}/a..b:1") is None
    with pytest.raises(SetupError, match=r"no such names|must satisfy"):
        await registry.ensure(name)


async def test_where_nobody_listens_ecr_may_be_later(
    registry: EcrImageRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TransientError, match="no answer: EndpointConnectionError") as raised:
        await registry.digest(IMAGE)
    assert SECRET not in str(raised.value)


async def test_a_connection_that_breaks_is_no_answer(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        await asyncio.sleep(0)
        return web.Response()

    script = await stack.enter_async_context(Script(hang_up))
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", script.url(""))
    with pytest.raises(TransientError, match="no answer: ConnectionClosedError"):
        await registry.digest(IMAGE)


async def test_a_web_page_is_no_answer(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = await stack.enter_async_context(Script(always(200, b"<p>Welcome</p>")))
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", script.url(""))
    with pytest.raises(SetupError, match="ECR answered nothing: see AWS_ENDPOINT_URL_ECR"):
        await registry.digest(IMAGE)


async def test_a_certificate_of_a_stranger_is_not_trusted(
    registry: EcrImageRegistry,
    stack: AsyncExitStack,
    monkeypatch: pytest.MonkeyPatch,
    signers: Certificates,
) -> None:
    script = await stack.enter_async_context(Script(always(200), signers))
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", script.url(""))
    with pytest.raises(SetupError, match="not trusted: see AWS_CA_BUNDLE"):
        await registry.digest(IMAGE)


async def test_who_has_no_credentials_is_told(
    registry: EcrImageRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(SetupError, match="there are no AWS credentials"):
        await registry.digest(IMAGE)


async def test_an_endpoint_that_is_no_url_is_told(
    registry: EcrImageRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", "no url")
    with pytest.raises(SetupError, match="the AWS variables do not fit"):
        await registry.digest(IMAGE)


async def test_a_client_that_was_closed_connects_again(
    registry: EcrImageRegistry, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _played(stack, monkeypatch, BatchGetImage=[(200, FOUND)])
    assert await registry.digest(IMAGE) == DIGEST
    await registry.close()
    assert await registry.digest(IMAGE) == DIGEST
