"""What a web server may do to a fetch, and what that means for the build."""

import asyncio
import base64
from pathlib import Path

import attrs
import pytest
from aiohttp import web
from contracts.source_fetcher import FILES, content, request
from support.answering import half
from support.git_repository import GitRepository
from support.network_sources import add_credential, network_sources
from support.source_archives import tar_gz
from support.source_server import SourceServer

from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason

SMALL = FetchLimits(TreeLimits(max_files=50, max_bytes=1000))
TOKEN = "s3cret-token"  # noqa: S105 - that is what it is called


async def failing(server: SourceServer, path: str, limits: FetchLimits = SMALL) -> Exception:
    """How fetching *path* fails."""
    fetcher = network_sources(server.certificate.public, limits=limits)
    with pytest.raises((SourceRefusedError, TransientError)) as failure:
        await fetcher.fetch(request(server.url(path))).__aenter__()
    return failure.value


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.SOURCE_UNAUTHORIZED),
        (403, Reason.SOURCE_UNAUTHORIZED),
        (404, Reason.SOURCE_NOT_FOUND),
        (410, Reason.SOURCE_NOT_FOUND),
        (418, Reason.SOURCE_REJECTED),
    ],
)
async def test_a_status_is_a_reason(status: int, reason: Reason, server: SourceServer) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    server.answers["/x.zip"] = answer
    failure = await failing(server, "/x.zip?signature=s3cret")
    assert isinstance(failure, SourceRefusedError)
    assert failure.reason is reason
    assert "s3cret" not in failure.detail


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_server_with_too_much_to_do_is_asked_again(
    status: int, server: SourceServer
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    server.answers["/x.zip"] = answer
    assert isinstance(await failing(server, "/x.zip"), TransientError)


async def test_an_answer_that_breaks_off_may_be_whole_the_next_time(server: SourceServer) -> None:
    server.answers["/x.zip"] = half
    assert isinstance(await failing(server, "/x.zip"), TransientError)


@pytest.mark.parametrize("chunked", [False, True])
async def test_more_bytes_than_a_source_may_have_are_refused(
    chunked: bool,  # noqa: FBT001 - a column
    server: SourceServer,
) -> None:
    async def answer(asked: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = 1001
        await response.prepare(asked)
        await response.write(bytes(1001))
        return response

    server.answers["/x.zip"] = answer
    failure = await failing(server, "/x.zip")
    assert isinstance(failure, SourceRefusedError)
    assert failure.reason is Reason.SOURCE_TOO_LARGE


@pytest.mark.parametrize("path", ["/x.zip", "/hello.git/git-upload-pack"])
async def test_a_server_that_never_ends_is_given_up(path: str, server: SourceServer) -> None:
    GitRepository.make(server.root / "hello.git", FILES)
    reached = asyncio.Event()

    async def answer(_request: web.Request) -> web.Response:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    server.answers[path] = answer
    source = path.removesuffix("/git-upload-pack")
    failure = await failing(server, source, attrs.evolve(SMALL, seconds=1))
    assert reached.is_set()
    assert isinstance(failure, SourceRefusedError)
    assert failure.reason is Reason.SOURCE_TOO_LARGE


async def test_a_server_that_says_nothing_is_asked_again(server: SourceServer) -> None:
    async def answer(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    server.answers["/x.zip"] = answer
    failure = await failing(server, "/x.zip", attrs.evolve(SMALL, silence=0.1))
    assert isinstance(failure, TransientError)


async def test_a_certificate_that_nobody_trusts_is_refused(server: SourceServer) -> None:
    for path in ("/x.zip", "/hello.git"):
        with pytest.raises(SourceRefusedError, match="certificate"):
            await network_sources(None).fetch(request(server.url(path))).__aenter__()
    assert server.asked == []


async def test_a_page_instead_of_an_archive_is_refused(server: SourceServer) -> None:
    server.files["/x.zip"] = b"<html>"
    failure = await failing(server, "/x.zip")
    assert isinstance(failure, SourceRefusedError)
    assert failure.reason is Reason.SOURCE_REJECTED


async def test_a_file_is_the_module_of_the_handler(server: SourceServer) -> None:
    server.files["/scripts/parse.mjs"] = b"code"
    fetcher = network_sources(server.certificate.public)
    async with fetcher.fetch(request(server.url("/scripts/parse.mjs"))) as tree:
        assert content(tree.directory) == {"index.mjs": "code"}


async def test_a_path_over_a_link_stays_inside(server: SourceServer) -> None:
    server.files["/x.tgz"] = tar_gz(FILES)
    fetcher = network_sources(server.certificate.public)
    outside = attrs.evolve(request(server.url("/x.tgz")), source_path="nested/../..")
    with pytest.raises(SourceRefusedError) as refusal:
        await fetcher.fetch(outside).__aenter__()
    assert refusal.value.reason is Reason.SOURCE_REJECTED


async def test_no_process_is_told_a_credential_by_its_arguments_or_variables(
    server: SourceServer, tmp_path: Path
) -> None:
    made = GitRepository.make(server.root / "hello.git", FILES)
    place = tmp_path / "credentials"
    files = {"type": "token", "token": TOKEN, "hosts": "public.sources.test", "tenants": "acme"}
    add_credential(place, "forge", files)
    told: list[bytes] = []

    async def look(asked: web.Request) -> web.StreamResponse:
        told.extend(_told())
        return await server._git(asked)

    server.answers["/hello.git/git-upload-pack"] = look
    asked = attrs.evolve(request(server.url("/hello.git")), source_credentials="forge")
    fetcher = network_sources(server.certificate.public, credentials=place)
    async with fetcher.fetch(asked) as tree:
        assert tree.revision == made.commit_of("main")
    assert any(b"ls-remote" in words for words in told), "it was not looked at in time"
    encoded = base64.b64encode(f"x-access-token:{TOKEN}".encode())
    assert not any(TOKEN.encode() in words or encoded in words for words in told)


def _told() -> list[bytes]:
    """The arguments and variables of all processes that were started in a folder of a source."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if "/source-" in str((process / "cwd").readlink()):
                found += [(process / name).read_bytes() for name in ("cmdline", "environ")]
        except OSError:
            continue  # it has ended, or is not ours
    return found
