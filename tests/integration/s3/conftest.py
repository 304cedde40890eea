"""An S3 of the tests' own, a bucket for each, and ways to it that can fail."""

import functools
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from aiobotocore.session import get_session
from botocore import session
from botocore.loaders import create_loader
from botocore.retries.standard import ExponentialBackoff
from support.moto import REGION, Moto, taken_for_aws
from support.s3_bucket import BackDoor
from support.s3_gate import S3Gate
from support.tcp_proxy import TcpProxy

from knative_lambda.adapters.s3.context_store import S3ContextStore


@pytest.fixture(autouse=True, scope="session")
def _what_the_sdk_knows_is_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "create_loader", functools.cache(create_loader))
        yield


@pytest.fixture(autouse=True)
def aws(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """This process takes it for the real one, and knows of no other; a test may say more."""
    taken_for_aws(moto, monkeypatch)
    return monkeypatch


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK tries again at once."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)


@pytest.fixture
async def bucket(moto: Moto) -> AsyncIterator[BackDoor]:
    """A new bucket, past our adapter."""
    client = get_session().create_client(
        "s3",
        REGION,
        endpoint_url=moto.url,
        aws_access_key_id=moto.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=moto.environment["AWS_SECRET_ACCESS_KEY"],
    )
    async with client as s3:
        door = BackDoor(s3, f"contexts-{uuid.uuid4().hex[:12]}")
        await s3.create_bucket(Bucket=door.name)
        yield door


@pytest.fixture
async def gate(moto: Moto, aws: pytest.MonkeyPatch) -> AsyncIterator[S3Gate]:
    """What stores of this test take for S3."""
    async with S3Gate(moto.url) as gate:
        aws.setenv("AWS_ENDPOINT_URL_S3", gate.url)
        yield gate


@pytest.fixture
async def proxy(moto: Moto, aws: pytest.MonkeyPatch) -> AsyncIterator[TcpProxy]:
    """The network on which stores of this test find S3."""
    async with TcpProxy("127.0.0.1", moto.port) as proxy:
        aws.setenv("AWS_ENDPOINT_URL_S3", proxy.url(moto.url))
        yield proxy


@pytest.fixture
async def store(bucket: BackDoor) -> AsyncIterator[S3ContextStore]:
    """A store on that bucket."""
    store = S3ContextStore(bucket.name)
    yield store
    await store.close()
