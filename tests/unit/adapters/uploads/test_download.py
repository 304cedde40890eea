"""What lies behind a presigned URL arrives whole, or it is said why not."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import attrs
import pytest
from aiohttp import web
from support.tcp_proxy import free_port

from knative_lambda.adapters.uploads import download as module
from knative_lambda.adapters.uploads.download import download
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason

CONTENT = bytes(range(256)) * 5000
QUERY = "signature=a%2Fb%3D&token=s3cret"
ROOM = len(CONTENT)


@attrs.define
class Store:
    """An HTTP server that answers as it is told."""

    url: str = ""
    answer: web.StreamResponse | None = None
    asked: list[str] = attrs.field(factory=list)
    speaks: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.raw_path)
        await self.speaks.wait()
        return self.answer if self.answer is not None else web.Response(body=CONTENT)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = Store()
    store.speaks.set()
    app = web.Application()
    app.router.add_get("/{path:.*}", store.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    store.url = f"http://127.0.0.1:{runner.addresses[0][1]}/uploads/x.tar.gz?{QUERY}"
    yield store
    store.speaks.set()
    await runner.cleanup()


async def unreadable(url: str, into: Path) -> str:
    """Why it cannot be read now, with nothing of the URL's credential in it."""
    with pytest.raises(TransientError) as caught:
        await download(url, into, ROOM)
    assert "s3cret" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(params=["file", "http"])
def url(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> str:
    """Where the content is."""
    if request.param == "http":
        return store.url
    (tmp_path / "with space").write_bytes(CONTENT)
    return (tmp_path / "with space").as_uri()


async def test_it_arrives_with_its_hash(url: str, tmp_path: Path) -> None:
    found = await download(url, tmp_path / "into", ROOM)
    assert (tmp_path / "into").read_bytes() == CONTENT
    assert found == hashlib.sha256(CONTENT).hexdigest()


async def test_what_is_larger_than_its_room_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefusedError, match=f"more than {ROOM - 1} bytes") as caught:
        await download(url, tmp_path / "into", ROOM - 1)
    assert caught.value.reason is Reason.SOURCE_TOO_LARGE


async def test_a_signature_is_sent_as_it_is(store: Store, tmp_path: Path) -> None:
    await download(store.url, tmp_path / "into", ROOM)
    assert store.asked == [f"/uploads/x.tar.gz?{QUERY}"]


async def test_what_is_stored_is_not_unpacked_by_the_way(store: Store, tmp_path: Path) -> None:
    packed = gzip.compress(CONTENT)
    store.answer = web.Response(body=packed, headers={"Content-Encoding": "gzip"})
    await download(store.url, tmp_path / "into", ROOM)
    assert (tmp_path / "into").read_bytes() == packed


@pytest.mark.parametrize("status", [403, 404])
async def test_what_the_store_does_not_show_is_not_there(
    store: Store, tmp_path: Path, status: int
) -> None:
    store.answer = web.Response(status=status)
    with pytest.raises(FileNotFoundError):
        await download(store.url, tmp_path / "into", ROOM)


async def test_a_file_that_is_gone_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await download((tmp_path / "gone").as_uri(), tmp_path / "into", ROOM)


async def test_behind_a_url_of_no_store_that_others_can_write_to_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await download("memory:uploads/x.tar.gz", tmp_path / "into", ROOM)


async def test_what_is_no_file_cannot_be_read(tmp_path: Path) -> None:
    assert "Is a directory" in await unreadable(tmp_path.as_uri(), tmp_path / "into")


@pytest.mark.parametrize("status", [204, 500, 503])
async def test_a_store_in_trouble_may_be_asked_again(
    store: Store, tmp_path: Path, status: int
) -> None:
    store.answer = web.Response(status=status)
    assert f"the store answered {status}" in await unreadable(store.url, tmp_path / "into")


async def test_nothing_leads_elsewhere(store: Store, tmp_path: Path) -> None:
    store.answer = web.Response(status=302, headers={"Location": "/elsewhere"})
    assert "the store answered 302" in await unreadable(store.url, tmp_path / "into")
    assert len(store.asked) == 1


async def test_a_store_that_is_away_may_be_asked_again(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/x?{QUERY}"
    assert "cannot be read" in await unreadable(url, tmp_path / "into")


async def test_a_store_that_does_not_answer_may_be_asked_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    store.speaks.clear()
    assert "no answer in time" in await unreadable(store.url, tmp_path / "into")
