"""How a context gets into the bucket: in few calls, bounded memory, and whole or not at all."""

import asyncio
import tracemalloc
from collections.abc import Iterator

import pytest
from contracts.context_store import KEY, OTHER, UnreadableError
from contracts.contract import eventually
from structlog.testing import capture_logs
from support.s3_bucket import BackDoor
from support.s3_gate import Call, Refusal, S3Gate

from knative_lambda.adapters.s3.context_store import PARTS_IN_MEMORY, S3ContextStore
from knative_lambda.adapters.s3.parts import PART
from knative_lambda.domain.errors import SetupError

PIECE = 1 << 20
LARGE = [bytes([number]) * PIECE for number in range(30)]  # four parts


@pytest.mark.parametrize("size", [0, 1, PART])
async def test_a_context_of_up_to_8_mib_takes_two_calls(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor, size: int
) -> None:
    assert await store.put(KEY, [b"x" * size])
    assert gate.names == ["HEAD", "PUT"]
    assert await bucket.stored() == {KEY: b"x" * size}


async def test_a_larger_context_takes_a_call_for_each_part_and_three_more(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor
) -> None:
    assert await store.put(KEY, LARGE)
    assert gate.names == [
        "HEAD", "POST uploads", *["PUT partNumber"] * 4, "POST uploadId",
    ]  # fmt: skip
    assert await bucket.stored() == {KEY: b"".join(LARGE)}
    assert await bucket.unfinished() == []


async def test_what_is_most_likely_the_first_takes_a_call_less(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor
) -> None:
    assert await store.put(KEY, [b"small"], first=True)
    assert await store.put(OTHER, LARGE, first=True)
    assert gate.names == [
        "PUT", "POST uploads", *["PUT partNumber"] * 4, "POST uploadId",
    ]  # fmt: skip
    assert await bucket.stored() == {KEY: b"small", OTHER: b"".join(LARGE)}


@pytest.mark.parametrize("content", [[b"small"], LARGE], ids=["small", "large"])
async def test_what_is_damaged_on_its_way_would_not_be_taken(
    store: S3ContextStore, gate: S3Gate, content: list[bytes]
) -> None:
    assert await store.put(KEY, content)
    sent = [call for call in gate.calls if call.name.startswith("PUT")]
    assert all("Content-MD5" in call.headers for call in sent)


async def test_a_second_put_takes_one_call(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor
) -> None:
    await bucket.plant(KEY, b"first")
    assert not await store.put(KEY, LARGE)
    assert gate.names == ["HEAD"]


async def test_large_puts_at_once_share_the_memory_for_a_few_parts(
    store: S3ContextStore,
) -> None:
    await store.put("first", [b""])  # what the SDK takes for itself is not counted
    piece = b"x" * PIECE
    tracemalloc.start()
    try:
        puts = (store.put(f"key-{number}", [piece] * 32) for number in range(3))
        assert await asyncio.gather(*puts) == [True] * 3
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A part grows in steps of an eighth; the rest is for requests, and for what waits to be sent.
    assert peak < PARTS_IN_MEMORY * PART * 9 / 8 + 8 * PIECE


async def test_pieces_are_read_ahead_by_a_few_parts_at_most(
    store: S3ContextStore, gate: S3Gate
) -> None:
    ahead = []

    def pieces() -> Iterator[bytes]:
        for number in range(1, 65):
            ahead.append(number * PIECE - gate.answered.count("PUT partNumber") * PART)
            yield bytes(PIECE)

    assert await store.put(KEY, pieces())
    assert PART < max(ahead) <= PARTS_IN_MEMORY * PART + PIECE


async def test_a_put_that_fails_in_a_later_part_leaves_nothing(
    store: S3ContextStore, bucket: BackDoor
) -> None:
    def pieces() -> Iterator[bytes]:
        yield from LARGE
        raise UnreadableError

    for _ in range(PARTS_IN_MEMORY + 1):  # memory that was not given back would soon be used up
        with pytest.raises(UnreadableError):
            await store.put(KEY, pieces())
    assert await bucket.stored() == {}
    assert await bucket.unfinished() == []
    assert await store.put(KEY, LARGE)


@pytest.mark.parametrize("refused", ["PUT partNumber", "POST uploadId"])
async def test_a_put_that_s3_refuses_midway_leaves_nothing(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor, refused: str
) -> None:
    def refuse(call: Call) -> Refusal | None:
        second = gate.names.count(refused) > (refused == "PUT partNumber")
        return Refusal(403, "AccessDenied") if call.name == refused and second else None

    gate.refuse = refuse
    with pytest.raises(SetupError, match="permit s3:PutObject"):
        await store.put(KEY, LARGE)
    assert await bucket.stored() == {}
    assert await bucket.unfinished() == []


async def test_an_upload_that_cannot_be_aborted_is_told_and_does_not_hide_why(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor
) -> None:
    def pieces() -> Iterator[bytes]:
        yield from LARGE
        raise UnreadableError

    def refuse(call: Call) -> Refusal | None:
        return Refusal(403, "AccessDenied") if call.name == "DELETE uploadId" else None

    gate.refuse = refuse
    with capture_logs() as lines, pytest.raises(UnreadableError):
        await store.put(KEY, pieces())
    (line,) = lines
    assert (line["event"], line["key"]) == ("upload.left", KEY)
    assert "s3:AbortMultipartUpload" in line["reason"]
    assert await bucket.unfinished() == [KEY]


async def test_a_put_that_is_cancelled_leaves_nothing(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor
) -> None:
    gate.open.clear()
    for _ in range(PARTS_IN_MEMORY + 1):
        came = len(gate.calls)
        put = asyncio.create_task(store.put(KEY, LARGE))

        async def has_sent_a_part(seen: int = came) -> bool:
            return "PUT partNumber" in gate.names[seen:]

        await eventually(has_sent_a_part)
        put.cancel()
        with pytest.raises(asyncio.CancelledError):
            await put
    gate.open.set()
    assert await bucket.stored() == {}
    assert await bucket.unfinished() == []
    assert await store.put(KEY, LARGE)


@pytest.mark.parametrize("own", [[b"own"], LARGE], ids=["small", "large"])
async def test_a_rival_that_is_faster_keeps_the_key(
    store: S3ContextStore, bucket: BackDoor, own: list[bytes]
) -> None:
    loop = asyncio.get_running_loop()
    rival = S3ContextStore(bucket.name)

    def overtaken() -> Iterator[bytes]:
        put = asyncio.run_coroutine_threadsafe(rival.put(KEY, [b"rival"]), loop)
        assert put.result() is True
        yield from own

    assert await store.put(KEY, overtaken()) is False
    assert await bucket.stored() == {KEY: b"rival"}
    assert await bucket.unfinished() == []
    await rival.close()


@pytest.mark.parametrize("content", [[b"own"], LARGE], ids=["small", "large"])
async def test_a_server_that_knows_no_conditions_is_only_asked_before(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor, content: list[bytes]
) -> None:
    def refuse(call: Call) -> Refusal | None:
        return Refusal(501, "NotImplemented") if "If-None-Match" in call.headers else None

    gate.refuse = refuse
    await bucket.plant(KEY, b"there")
    assert not await store.put(KEY, content, first=True)
    assert await bucket.stored() == {KEY: b"there"}
    assert await bucket.unfinished() == []
    await store.delete(KEY)
    assert await store.put(KEY, content, first=True)
    assert await bucket.stored() == {KEY: b"".join(content)}
    gate.calls.clear()
    assert await store.put(OTHER, [b"other"])
    assert gate.names == ["HEAD", "PUT"]
    assert not await store.put(OTHER, [b"again"])


@pytest.mark.parametrize(
    "key",
    [
        "build-context/acme-f-0a1b2c3d/0123456789abcdef0123456789abcdef-01234567.tar.gz",
        "uploads/acme.f_x/A-z.tar.gz",
        "!-_.*'()/&$@=;:+ ,?",
        "ä/日本/🙂",
        "a//b/./../c",
        "%41%2f#fragment",
        '\\{}^`[]"<>~|',
        "k" * 1024,
    ],
)
async def test_a_key_is_taken_as_it_is(store: S3ContextStore, bucket: BackDoor, key: str) -> None:
    assert await store.put(key, [b"content"])
    assert await bucket.stored() == {key: b"content"}
    assert [context.key for context in await store.list()] == [key]
    await store.delete(key)
    assert await bucket.stored() == {}


async def test_the_list_goes_over_all_pages(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor
) -> None:
    keys = [f"uploads/{number}" for number in range(5)]
    for key in keys:
        await bucket.plant(key, b"")
    gate.rewrite = lambda target: target.replace("list-type=2", "list-type=2&max-keys=2")
    assert [context.key for context in await store.list()] == keys
    assert len(gate.calls) == 3


async def test_a_store_that_was_closed_connects_again(
    store: S3ContextStore, bucket: BackDoor
) -> None:
    await store.close()
    assert await store.put(KEY, [b"one"])
    await store.close()
    assert await store.put(OTHER, [b"two"])
    assert await bucket.stored() == {KEY: b"one", OTHER: b"two"}
