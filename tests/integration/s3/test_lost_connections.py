"""Networks that fail: a put goes on if it can, and otherwise may be tried again later."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.context_store import KEY
from contracts.contract import eventually
from structlog.testing import capture_logs
from support.answering import half
from support.certificates import Certificates
from support.moto import Moto
from support.registry_script import Script
from support.s3_bucket import BackDoor
from support.s3_gate import S3Gate
from support.tcp_proxy import TcpProxy, free_port

from knative_lambda.adapters.s3 import bucket as calls
from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.adapters.s3.parts import PART
from knative_lambda.domain.errors import SetupError, TransientError

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
    store: S3ContextStore, proxy: TcpProxy, bucket: BackDoor, moto: Moto
) -> None:
    loop = asyncio.get_running_loop()

    async def is_away() -> bool:
        proxy.cut()
        return not proxy._tasks  # nor is there a connection that is still being made

    async def go_away() -> None:
        proxy.target_port = free_port()  # what was accepted already leads nowhere either
        await eventually(is_away)

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate(LARGE):
            if number == 20:
                asyncio.run_coroutine_threadsafe(go_away(), loop).result()
            yield piece

    with capture_logs() as lines, pytest.raises(TransientError, match="s3:PutObject"):
        await store.put(KEY, pieces())
    assert [line["event"] for line in lines] == ["upload.left"]
    assert await bucket.stored() == {}
    proxy.target_port = moto.port
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


async def test_a_certificate_is_trusted_when_its_authority_is_named(
    store: S3ContextStore, moto: Moto, aws: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificates = Certificates.make(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificates.server, certificates.server_key)
    async with S3Gate(moto.url, tls=tls) as gate:
        aws.setenv("AWS_ENDPOINT_URL_S3", gate.url)
        with pytest.raises(SetupError, match="no certificate that is trusted: see AWS_CA_BUNDLE"):
            await store.put(KEY, [b"content"])
        await store.close()
        aws.setenv("AWS_CA_BUNDLE", str(certificates.authority))
        assert await store.put(KEY, LARGE)
        await store.close()


async def test_an_answer_that_breaks_off_may_be_whole_later(
    store: S3ContextStore, aws: pytest.MonkeyPatch
) -> None:
    async with Script(half) as script:
        aws.setenv("AWS_ENDPOINT_URL_S3", script.url(""))
        with pytest.raises(TransientError, match="the answer broke off"):
            await store.fetch(KEY, 10)
