"""A build gets its own context, whole, or an exit code and one line that say why not."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from support.answering import answering
from support.packing_trees import scanned, sources

from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.digest import tree_hash
from knative_lambda.adapters.pod import context as module
from knative_lambda.adapters.pod.context import ContextFetch, FetchError
from knative_lambda.domain.fetch_exit import FetchExit

MODULE = "knative_lambda.entrypoints.fetch_context"
QUERY = "X-Amz-Signature=s3cr3t%2Fsigned&X-Amz-Expires=60"
Made = Callable[[], web.StreamResponse]


@pytest.fixture(autouse=True)
def _tries_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITS", (0, 0, 0, 0))


@pytest.fixture
def packed(tmp_path: Path) -> tuple[bytes, str]:
    """A context, and its tree hash."""
    members = scanned(sources(tmp_path / "source", **{"index.py": "def handler(): ...\n"}))
    return b"".join(stream(members)), tree_hash(members)


class Store:
    """Answers with each of these in turn, and then always with the last."""

    def __init__(self, *answers: Made | bytes | int) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.raw_path)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        if isinstance(answer, int):
            return web.Response(status=answer, text="<Code>AccessDenied</Code>")
        return answer()


async def fetched(store: Store, expected: str, into: Path) -> FetchExit | int:
    """How it ends: how many bytes came, or what it exits with."""
    async with answering(store.answer) as url:
        try:
            return await ContextFetch(f"{url}/bucket/key?{QUERY}", expected, into).run()
        except FetchError as error:
            told = f"{error} {error.__cause__!r}"
            code = error.code
    assert "s3cr3t" not in told
    assert "\n" not in told
    return code


async def test_the_context_is_a_file_then(packed: tuple[bytes, str], tmp_path: Path) -> None:
    content, expected = packed
    store = Store(content)
    assert await fetched(store, expected, tmp_path / "context") == len(content)
    assert (tmp_path / "context").read_bytes() == content
    assert store.asked == [f"/bucket/key?{QUERY}"]


async def test_what_is_sent_compressed_is_kept_compressed(
    packed: tuple[bytes, str], tmp_path: Path
) -> None:
    content, expected = packed

    def answer() -> web.StreamResponse:
        return web.Response(body=content, headers={"Content-Encoding": "gzip"})

    assert await fetched(Store(answer), expected, tmp_path / "context") == len(content)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_store_that_is_away_for_a_moment_is_asked_again(
    packed: tuple[bytes, str], tmp_path: Path, status: int
) -> None:
    content, expected = packed
    store = Store(status, status, content)
    assert await fetched(store, expected, tmp_path / "context") == len(content)


async def test_a_transfer_that_breaks_off_begins_again(
    packed: tuple[bytes, str], tmp_path: Path
) -> None:
    content, expected = packed

    store = Store(content)
    broken: list[bool] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        if broken:
            return await store.answer(request)
        broken.append(True)
        response = web.StreamResponse(headers={"Content-Length": str(len(content))})
        await response.prepare(request)
        await response.write(content[:20])
        assert request.transport is not None
        request.transport.abort()
        return response

    async with answering(answer) as url:
        size = await ContextFetch(f"{url}/key", expected, tmp_path / "context").run()
    assert size == len(content)
    assert (tmp_path / "context").read_bytes() == content


@pytest.mark.parametrize(
    ("status", "code", "tries"),
    [
        (400, FetchExit.DENIED, 1),
        (401, FetchExit.DENIED, 1),
        (403, FetchExit.DENIED, 1),
        (404, FetchExit.MISSING, 1),
        (500, FetchExit.UNREACHABLE, 5),
        (503, FetchExit.UNREACHABLE, 5),
    ],
)
async def test_what_cannot_be_had_ends_with_a_code_of_its_own(
    tmp_path: Path, status: int, code: FetchExit, tries: int
) -> None:
    store = Store(status)
    assert await fetched(store, "0" * 64, tmp_path / "context") is code
    assert len(store.asked) == tries


# As S3 says it, and what is compatible with it.
EXPIRED = [
    (400, "<Code>ExpiredToken</Code><Message>The provided token has expired.</Message>"),
    (403, "<Code>AccessDenied</Code><Message>Request has expired</Message>"),
]


@pytest.mark.parametrize(("status", "said"), EXPIRED)
async def test_a_url_that_came_too_late_is_told_from_one_that_never_was_good(
    tmp_path: Path, status: int, said: str
) -> None:
    late = Store(lambda: web.Response(status=status, text=f"<Error>{said}</Error>"))
    assert await fetched(late, "0" * 64, tmp_path / "context") is FetchExit.EXPIRED
    far = Store(lambda: web.Response(status=status, text=" " * (1 << 20) + said))
    assert await fetched(far, "0" * 64, tmp_path / "context") is FetchExit.DENIED


async def test_where_nobody_listens_it_is_unreachable(tmp_path: Path) -> None:
    async with answering(Store(200).answer) as url:
        pass
    with pytest.raises(FetchError, match=r"127\.0\.0\.1: given up after 5 tries") as raised:
        await ContextFetch(f"{url}/x?{QUERY}", "0" * 64, tmp_path / "context").run()
    assert raised.value.code is FetchExit.UNREACHABLE


async def test_another_context_is_told_from_the_right_one(
    packed: tuple[bytes, str], tmp_path: Path
) -> None:
    content, _ = packed
    assert await fetched(Store(content), "0" * 64, tmp_path / "context") is FetchExit.MISMATCH


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00"])
async def test_what_is_no_context_is_told_from_one(tmp_path: Path, content: bytes) -> None:
    assert await fetched(Store(content), "0" * 64, tmp_path / "context") is FetchExit.MISMATCH


async def test_one_that_is_cut_short_is_told_from_a_whole_one(
    packed: tuple[bytes, str], tmp_path: Path
) -> None:
    content, expected = packed
    assert await fetched(Store(content[:-9]), expected, tmp_path / "x") is FetchExit.MISMATCH


async def test_one_that_is_too_large_is_not_taken(
    packed: tuple[bytes, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, expected = packed
    monkeypatch.setattr(module, "MOST", len(content) - 1)
    assert await fetched(Store(content), expected, tmp_path / "context") is FetchExit.NO_ROOM


async def test_where_it_cannot_be_written_there_is_no_room(
    packed: tuple[bytes, str], tmp_path: Path
) -> None:
    content, expected = packed
    nowhere = tmp_path / "no" / "context"
    assert await fetched(Store(content), expected, nowhere) is FetchExit.NO_ROOM


async def run(**variables: str) -> tuple[int, str, str]:
    """Exit code, and what the program wrote on either side."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        MODULE,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_the_program_says_on_one_line_how_it_went(
    packed: tuple[bytes, str], tmp_path: Path
) -> None:
    content, expected = packed
    file = str(tmp_path / "context")
    async with answering(Store(content, 403).answer) as url:
        asked = {"CONTEXT_URL": f"{url}/key?{QUERY}", "TREE_HASH": expected, "CONTEXT_FILE": file}
        done, denied = await run(**asked), await run(**asked)
    assert done == (0, "", f"the context is fetched: {len(content)} bytes\n")
    code, out, err = denied
    assert (code, out) == (8, "")
    assert err.startswith("the context cannot be fetched: 127.0.0.1 does not allow it: may who ")
    assert len(err.splitlines()) == 1


async def test_variables_that_are_wrong_are_told_together_and_not_shown() -> None:
    code, out, err = await run(CONTEXT_URL="ftp://s3cr3t", TREE_HASH="beef")
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "CONTEXT_URL: (hidden): must be http:// or https:// and a host",
        "TREE_HASH: 'beef': must be 64 hex digits, in lower case",
    ]


async def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """The first process of a container that has no handler for SIGTERM never hears of it."""
    asked = asyncio.Event()

    async def answer(_request: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.Event().wait()
        return web.Response()

    async with answering(answer) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            env={
                "CONTEXT_URL": f"{url}/key",
                "TREE_HASH": "0" * 64,
                "CONTEXT_FILE": str(tmp_path / "context"),
            },
            stderr=asyncio.subprocess.DEVNULL,
        )
        await asked.wait()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 143
