"""Networks that fail: a put goes on if it can, and otherwise may be tried again later."""

import asyncio
from collections.abc import Iterator

import pytest
from contracts.context_store import KEY
from structlog.testing import capture_logs
from support.s3_bucket import BackDoor
from support.tcp_proxy import TcpProxy

from knative_lambda.adapters.s3 import bucket as calls
from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.adapters.s3.parts import PART
from knative_lambda.domain.errors import TransientError

PIECE = 1 << 20
LARGE = [bytes([number]) * PIECE for number in range(30)]

pytestmark = pytest.mark.usefixtures("impatient")


async def test_an_s3_that_is_down_may_be_there_later(
    store: S3ContextStore, proxy: TcpProxy
) -> None:
    proxy.refuse()
    expected = f"s3:GetObject .*: S3 at 127.0.0.1:{proxy.port} cannot be reached"
    with pytest.raises(TransientError, match=expected):
        await store.put(KEY, [b"content"])
    with pytest.raises(TransientError):
        await store.list()
    with pytest.raises(TransientError):
        await store.delete(KEY)
    await proxy.accept()
    assert await store.put(KEY, [b"content"])


async def test_a_host_that_nobody_knows_may_be_known_later(
    store: S3ContextStore, aws: pytest.MonkeyPatch
) -> None:
    aws.setenv("AWS_ENDPOINT_URL_S3", "http://s3.invalid:9000")
    with pytest.raises(TransientError, match=r"S3 at s3\.invalid:9000 cannot be reached"):
        await store.put(KEY, [b"content"])


async def test_a_put_goes_on_when_its_connections_are_cut(
    store: S3ContextStore, proxy: TcpProxy, bucket: BackDoor
) -> None:
    loop = asyncio.get_running_loop()

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate(LARGE):
            if number in {10, 20}:  # while a part is on its way
                loop.call_soon_threadsafe(proxy.cut)
            yield piece

    assert await store.put(KEY, pieces())
    assert await bucket.stored() == {KEY: b"".join(LARGE)}
    assert await bucket.unfinished() == []


async def test_a_put_whose_s3_goes_away_midway_stores_nothing(
    store: S3ContextStore, proxy: TcpProxy, bucket: BackDoor
) -> None:
    loop = asyncio.get_running_loop()

    def go_away() -> None:
        proxy.refuse()
        proxy.cut()

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate(LARGE):
            if number == 20:
                loop.call_soon_threadsafe(go_away)
            yield piece

    with capture_logs() as lines, pytest.raises(TransientError, match="s3:PutObject"):
        await store.put(KEY, pieces())
    assert [line["event"] for line in lines] == ["upload.left"]
    assert await bucket.stored() == {}
    await proxy.accept()
    assert await store.put(KEY, LARGE)


async def test_what_is_sent_to_nobody_ends(
    store: S3ContextStore,
    proxy: TcpProxy,
    bucket: BackDoor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "_SEND", 0.3)
    loop = asyncio.get_running_loop()

    def pieces() -> Iterator[bytes]:
        loop.call_soon_threadsafe(proxy.stall)
        yield bytes(PART)

    with pytest.raises(TransientError, match="no answer in time"):
        await store.put(KEY, pieces())
    assert await bucket.stored() == {}
