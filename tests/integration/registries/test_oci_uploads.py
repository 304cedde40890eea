"""What is sent arrives whole, once, and for the price of what was lost on the way."""

import attrs
import pytest
from aiohttp import web
from support.fake_registry import answering, cutting, error
from support.pushing_setup import NAME, Pushing, blob, noise
from support.registry_script import Script, always

from knative_lambda.adapters.oci.uploads import CHUNK
from knative_lambda.domain.errors import SetupError, TransientError

SMALL = blob(noise(1000))
LARGE = blob(noise(2 * CHUNK + 1000))
IN_CHUNKS = ["PATCH", "PATCH", "PUT"]


def _sent(pushing: Pushing) -> list[str]:
    return [seen.method for seen in pushing.script.seen if seen.method in ("PATCH", "PUT")]


async def test_what_is_small_is_sent_at_once_and_never_again(pushing: Pushing) -> None:
    assert await pushing.repository.send(SMALL) == SMALL.size
    assert await pushing.repository.send(SMALL) == 0
    assert pushing.registry.blobs[NAME, SMALL.digest] == noise(1000)
    asked = [seen.method for seen in pushing.script.seen if seen.shown is not None]
    assert asked == ["HEAD", "POST", "PUT", "HEAD"]


async def test_nothing_is_a_blob_too(pushing: Pushing) -> None:
    assert await pushing.repository.send(blob(b"")) == 0
    assert pushing.registry.blobs[NAME, blob(b"").digest] == b""


async def test_what_is_large_is_sent_in_chunks(pushing: Pushing) -> None:
    assert await pushing.repository.send(LARGE) == LARGE.size
    assert pushing.registry.blobs[NAME, LARGE.digest] == noise(LARGE.size)
    assert _sent(pushing) == IN_CHUNKS
    assert pushing.registry.uploads == {}


async def test_chunks_are_as_large_as_the_registry_wants_them(pushing: Pushing) -> None:
    pushing.registry.least = CHUNK + 1000
    await pushing.repository.send(LARGE)
    assert _sent(pushing) == ["PATCH", "PUT"]


async def test_a_chunk_that_memory_has_no_place_for_is_none(pushing: Pushing) -> None:
    pushing.registry.least = 1 << 30
    await pushing.repository.send(LARGE)
    assert _sent(pushing) == ["PUT"]


@pytest.mark.parametrize("absolute", [True, False])
async def test_an_upload_goes_on_where_the_registry_says(
    pushing: Pushing,
    absolute: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    if absolute:
        pushing.registry.locations = pushing.script.url
    await pushing.repository.send(LARGE)
    there = [seen.path for seen in pushing.script.seen if "_state" in seen.path]
    assert there[0] == f"/v2/{NAME}/blobs/uploads/0?_state=a%3D%2Bb"
    assert there[-1] == f"{there[0]}&digest={LARGE.digest}"


async def test_elsewhere_nothing_is_shown(pushing: Pushing, password: str) -> None:
    async with Script(pushing.registry) as elsewhere:
        pushing.registry.locations = elsewhere.url
        await pushing.repository.send(LARGE)
        assert [seen.method for seen in elsewhere.seen] == IN_CHUNKS
        assert {seen.shown for seen in elsewhere.seen} == {None}
    assert password in {seen.shown for seen in pushing.script.seen}
    assert pushing.registry.blobs[NAME, LARGE.digest] == noise(LARGE.size)


@pytest.mark.parametrize(
    "location", ["", "//", "ftp://127.0.0.1/v2/a", "http://me:it@127.0.0.1/v2/a", "http://["]
)
async def test_there_are_places_that_nothing_is_sent_to(pushing: Pushing, location: str) -> None:
    pushing.registry.locations = lambda _: location
    with pytest.raises(SetupError, match="a place that is not gone to"):
        await pushing.repository.send(SMALL)
    assert _sent(pushing) == []


async def test_a_cut_connection_costs_what_is_left_of_one_chunk(pushing: Pushing) -> None:
    pushing.registry.first("PATCH", "", answering_none, cutting(pushing.registry, 3 << 20))
    assert await pushing.repository.send(LARGE) == LARGE.size
    assert pushing.registry.blobs[NAME, LARGE.digest] == noise(LARGE.size)
    assert _sent(pushing) == ["PATCH", "PATCH", "PATCH", "PUT"]
    assert pushing.count("POST") == 1
    assert len(pushing.waits.seconds) == 1


async def test_a_chunk_of_which_nothing_came_is_sent_again(pushing: Pushing) -> None:
    pushing.registry.first("PATCH", "", cutting(pushing.registry, 0))
    pushing.registry.first("GET", "uploads", answering(503))
    await pushing.repository.send(LARGE)
    assert _sent(pushing) == ["PATCH", *IN_CHUNKS]
    assert pushing.count("POST") == 1


async def test_a_chunk_of_which_all_came_is_not_sent_again(pushing: Pushing) -> None:
    pushing.registry.first("PATCH", "", cutting(pushing.registry, CHUNK))
    await pushing.repository.send(LARGE)
    assert pushing.registry.blobs[NAME, LARGE.digest] == noise(LARGE.size)
    assert _sent(pushing) == IN_CHUNKS


async def test_the_last_chunk_is_no_other(pushing: Pushing) -> None:
    pushing.registry.first("PUT", "", cutting(pushing.registry, 500))
    await pushing.repository.send(LARGE)
    assert pushing.registry.blobs[NAME, LARGE.digest] == noise(LARGE.size)
    assert (pushing.count("POST"), pushing.count("PUT")) == (1, 2)


async def test_an_upload_whose_end_was_not_heard_is_at_its_end(pushing: Pushing) -> None:
    async def unheard(request: web.Request) -> web.StreamResponse:
        content = await request.content.read()
        number = request.path.rpartition("/")[2]
        whole = bytes(pushing.registry.uploads.pop(number) + content)
        pushing.registry.blobs[NAME, LARGE.digest] = whole
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    pushing.registry.first("PUT", "", unheard)
    assert await pushing.repository.send(LARGE) == LARGE.size
    assert (pushing.count("POST"), pushing.count("PUT")) == (1, 1)


async def test_an_upload_that_is_lost_begins_again(pushing: Pushing) -> None:
    pushing.registry.first("PATCH", "", answering_none, answering(404, "BLOB_UPLOAD_UNKNOWN"))
    await pushing.repository.send(LARGE)
    assert pushing.registry.blobs[NAME, LARGE.digest] == noise(LARGE.size)
    assert _sent(pushing) == ["PATCH", "PATCH", *IN_CHUNKS]


@pytest.mark.parametrize("status", [400, 405, 411, 413, 416])
async def test_a_registry_that_takes_no_chunks_gets_all_at_once(
    pushing: Pushing, status: int
) -> None:
    pushing.registry.first("PATCH", "", answering(status, "UNSUPPORTED"))
    assert await pushing.repository.send(LARGE) == LARGE.size
    assert pushing.registry.blobs[NAME, LARGE.digest] == noise(LARGE.size)
    assert _sent(pushing) == ["PATCH", "PUT"]
    assert pushing.registry.cancelled == ["0"]


async def test_chunks_that_were_mixed_up_are_sent_at_once(pushing: Pushing) -> None:
    pushing.registry.first("PUT", "", answering(400, "DIGEST_INVALID"))
    await pushing.repository.send(LARGE)
    assert _sent(pushing) == [*IN_CHUNKS, "PUT"]


async def test_a_state_that_cannot_be_is_not_believed(pushing: Pushing) -> None:
    pushing.registry.first("PATCH", "", answering_none, cutting(pushing.registry, 0))
    pushing.registry.first("GET", "uploads", always(204, Range="0-17"))
    await pushing.repository.send(LARGE)
    assert _sent(pushing) == ["PATCH", "PATCH", "PUT"]


async def test_what_arrives_as_something_else_is_sent_a_few_times(pushing: Pushing) -> None:
    pushing.registry.first("PUT", "", *[answering(400, "DIGEST_INVALID")] * 9)
    with pytest.raises(TransientError, match=r"something else than was sent .400, DIGEST_INVALID"):
        await pushing.repository.send(SMALL)
    assert pushing.count("PUT") == 4


async def test_a_blob_that_is_not_what_its_digest_says_is_never_there(pushing: Pushing) -> None:
    with pytest.raises(TransientError, match="something else than was sent"):
        await pushing.repository.send(attrs.evolve(SMALL, digest=LARGE.digest))
    assert pushing.registry.blobs == {}


async def test_a_blob_that_is_taken_for_another_is_not_sent(pushing: Pushing) -> None:
    pushing.registry.first("PUT", "", *[always(201, Docker_Content_Digest=LARGE.digest)] * 4)
    with pytest.raises(TransientError, match="took another blob"):
        await pushing.repository.send(SMALL)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT"])
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_trouble_that_passes_is_waited_for(
    pushing: Pushing, method: str, status: int
) -> None:
    pushing.registry.first(method, "", answering(status), answering(status))
    assert await pushing.repository.send(SMALL) == SMALL.size
    assert pushing.waits.seconds == [0.2, 0.4]


async def test_a_registry_says_how_long_it_wants_to_be_left_alone(pushing: Pushing) -> None:
    pushing.registry.first("POST", "", answering(429, Retry_After="7"))
    await pushing.repository.send(SMALL)
    assert pushing.waits.seconds == [7.0]


async def test_a_wait_that_is_too_long_is_left_to_who_asked(pushing: Pushing) -> None:
    pushing.registry.first("POST", "", answering(429, Retry_After="3600"))
    with pytest.raises(TransientError, match="answered 429"):
        await pushing.repository.send(SMALL)
    assert pushing.waits.seconds == []


async def test_trouble_that_does_not_pass_is_told(pushing: Pushing) -> None:
    pushing.registry.first("POST", "", *[answering(503)] * 9)
    with pytest.raises(TransientError, match="answered 503"):
        await pushing.repository.send(SMALL)
    assert pushing.count("POST") == 4


@pytest.mark.parametrize(
    ("method", "answer", "said"),
    [
        ("POST", (404, "NAME_UNKNOWN"), f"has no repository {NAME}, and does not make it"),
        ("POST", (405, "UNSUPPORTED"), "does not take what is sent"),
        ("PUT", (413, "SIZE"), "takes nothing so large"),
        ("POST", (403, "DENIED"), "let this user push to the repository"),
        ("PUT", (403, "DENIED"), "let this user push to the repository"),
    ],
)
async def test_what_is_to_be_mended_is_told(
    pushing: Pushing, password: str, method: str, answer: tuple[int, str], said: str
) -> None:
    pushing.registry.first(method, "", answering(*answer))
    with pytest.raises(SetupError, match=said) as raised:
        await pushing.repository.send(SMALL)
    assert pushing.waits.seconds == []
    assert pushing.registry.uploads == {}
    for secret in (password, "hidden", "_state"):
        assert secret not in str(raised.value)


async def test_a_blob_that_ends_too_early_is_not_sent(pushing: Pushing) -> None:
    with pytest.raises(TransientError):
        await pushing.repository.send(attrs.evolve(LARGE, size=LARGE.size + 1))
    assert pushing.registry.blobs == {}


async def answering_none(_request: web.Request) -> None:
    """Lets the request go on."""


async def test_a_blob_is_mounted(pushing: Pushing) -> None:
    pushing.registry.blobs["bases", SMALL.digest] = noise(1000)
    assert await pushing.repository.mount(SMALL.digest, "bases")
    assert pushing.registry.blobs[NAME, SMALL.digest] == noise(1000)
    assert pushing.script.seen[-1].path.endswith(f"/?mount={SMALL.digest}&from=bases")


async def test_what_is_not_mounted_is_not_begun(pushing: Pushing) -> None:
    pushing.registry.mounts = False
    assert not await pushing.repository.mount(SMALL.digest, "bases")
    assert (pushing.registry.uploads, pushing.registry.cancelled) == ({}, ["0"])
    pushing.registry.first("DELETE", "", answering(500))
    assert not await pushing.repository.mount(SMALL.digest, "bases")
    pushing.registry.locations = lambda _: "//"
    assert not await pushing.repository.mount(SMALL.digest, "bases")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
async def test_a_mount_may_be_refused(pushing: Pushing, status: int) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return error(status, "DENIED")

    pushing.registry.first("POST", "", refuse)
    assert not await pushing.repository.mount(SMALL.digest, "bases")


async def test_what_becomes_a_part_of_a_url_is_a_digest(pushing: Pushing) -> None:
    for text in ("sha256:../../x", f"sha512:{'0' * 128}", ""):
        with pytest.raises(SetupError, match="is no digest"):
            await pushing.repository.mount(text, "bases")
        with pytest.raises(SetupError, match="is no digest"):
            await pushing.repository.has(text)
        with pytest.raises(SetupError, match="is no digest"):
            await anext(pushing.repository.fetch(text))
    assert pushing.script.seen == []
