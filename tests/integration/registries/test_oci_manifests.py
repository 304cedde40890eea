"""Manifests are what their digest says, and tags that are kept are left as they are."""

import json

import pytest
from support.fake_registry import Handler, answering, named
from support.pushing_setup import NAME, Pushing, manifest
from support.registry_push import DOCKER_LIST, DOCKER_MANIFEST, INDEX, MANIFEST
from support.registry_script import always

from knative_lambda.adapters.oci.repository import Manifest
from knative_lambda.domain.errors import SetupError, TransientError

ONE, OTHER = manifest(layers=[]), manifest(layers=[], annotations={"a": "b"})


async def test_what_was_tagged_is_there_by_its_tag_and_its_digest(pushing: Pushing) -> None:
    assert await pushing.repository.manifest("1") is None
    assert await pushing.repository.tag(ONE, "1") == ONE.digest == named(ONE.body)
    assert await pushing.repository.manifest("1") == ONE
    assert await pushing.repository.manifest(ONE.digest) == ONE
    assert await pushing.repository.tag(OTHER, OTHER.digest) == OTHER.digest
    assert await pushing.repository.manifest(OTHER.digest) == OTHER


async def test_a_tag_that_may_move_moves(pushing: Pushing) -> None:
    for one in (ONE, OTHER):
        assert await pushing.repository.tag(one, "1") == one.digest
        assert await pushing.repository.manifest("1") == one


# ECR, Artifactory, Azure, Quay, Harbor; and one that tells no code.
KEPT = [
    (400, "TAG_INVALID"),
    (400, "MANIFEST_INVALID"),
    (403, "DENIED"),
    (405, "UNSUPPORTED"),
    (409, "TAG_IMMUTABLE"),
    (412, "PRECONDITION"),
    (409,),
]


@pytest.mark.parametrize("answer", KEPT)
async def test_a_tag_that_is_kept_is_left_as_it_is(
    pushing: Pushing, answer: tuple[int, str]
) -> None:
    pushing.registry.kept = answering(*answer)
    assert await pushing.repository.tag(ONE, "1") == ONE.digest
    assert await pushing.repository.tag(OTHER, "1") is None
    assert await pushing.repository.tag(ONE, "1") == ONE.digest
    assert await pushing.repository.manifest("1") == ONE
    assert pushing.waits.seconds == []


@pytest.mark.parametrize("answer", KEPT)
async def test_what_is_not_there_is_not_kept(pushing: Pushing, answer: tuple[int, str]) -> None:
    pushing.registry.first("PUT", "", answering(*answer))
    with pytest.raises(SetupError, match=f"{answer[0]}"):
        await pushing.repository.tag(ONE, "1")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, "NAME_UNKNOWN"), f"has no repository {NAME}"),
        ((413,), "takes nothing so large"),
        ((422,), "does not take what is sent"),
    ],
)
async def test_what_is_to_be_mended_is_told_though_the_tag_is_there(
    pushing: Pushing, answer: tuple[int, str], said: str
) -> None:
    await pushing.repository.tag(ONE, "1")
    pushing.registry.first("PUT", "", answering(*answer))
    with pytest.raises(SetupError, match=said):
        await pushing.repository.tag(OTHER, "1")


@pytest.mark.parametrize(
    "answer",
    [
        (429,),
        (500,),
        (400, "DIGEST_INVALID"),
        (400, "MANIFEST_BLOB_UNKNOWN"),
        (404, "BLOB_UNKNOWN"),
    ],
)
async def test_trouble_that_passes_is_waited_for(pushing: Pushing, answer: tuple[int, str]) -> None:
    pushing.registry.first("PUT", "", answering(*answer))
    assert await pushing.repository.tag(ONE, "1") == ONE.digest
    assert len(pushing.waits.seconds) == 1
    pushing.registry.first("PUT", "", *[answering(*answer)] * 4)
    with pytest.raises(TransientError):
        await pushing.repository.tag(ONE, "1")


async def test_a_manifest_that_is_taken_for_another_is_told(pushing: Pushing) -> None:
    pushing.registry.first("PUT", "", *[always(201, Docker_Content_Digest=OTHER.digest)] * 4)
    with pytest.raises(TransientError, match="took another manifest"):
        await pushing.repository.tag(ONE, "1")


@pytest.mark.parametrize(
    "answer", [always(201), always(201, Docker_Content_Digest=f"sha512:{'0' * 128}")]
)
async def test_a_registry_need_not_say_what_it_took(pushing: Pushing, answer: Handler) -> None:
    pushing.registry.first("PUT", "", answer)
    assert await pushing.repository.tag(ONE, "1") == ONE.digest


@pytest.mark.parametrize("reference", ["1", ONE.digest])
async def test_another_manifest_than_was_asked_for_is_none(
    pushing: Pushing, reference: str
) -> None:
    wrong = always(200, OTHER.body, Content_Type=MANIFEST, Docker_Content_Digest=ONE.digest)
    pushing.registry.first("GET", "", *[wrong] * 4)
    with pytest.raises(TransientError, match="is not what it says"):
        await pushing.repository.manifest(reference)


@pytest.mark.parametrize("kind", [MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_LIST])
async def test_all_kinds_of_images_are_read(pushing: Pushing, kind: str) -> None:
    one = Manifest(kind, b"{}")
    await pushing.repository.tag(one, "1")
    assert await pushing.repository.manifest("1") == one


async def test_a_kind_may_be_told_by_the_manifest_alone(pushing: Pushing) -> None:
    for kind in ("application/json", "text/plain; charset=utf-8"):
        pushing.registry.first("GET", "", always(200, ONE.body, Content_Type=kind))
        assert await pushing.repository.manifest("1") == ONE


@pytest.mark.parametrize("body", [b"<p>", b"[]", b"{}", b'{"mediaType": 1}', b'{"mediaType": "a"}'])
async def test_what_is_no_image_is_told(pushing: Pushing, body: bytes) -> None:
    pushing.registry.first("GET", "", always(200, body, Content_Type="text/html"))
    with pytest.raises(SetupError, match="is no image, of type 'text/html'"):
        await pushing.repository.manifest("1")


async def test_an_answer_that_is_none_is_told(pushing: Pushing) -> None:
    pushing.registry.first("GET", "", answering(400, "TAG_INVALID"))
    with pytest.raises(SetupError, match=r"answered 400 \(TAG_INVALID\)"):
        await pushing.repository.manifest("1")


SUBJECT = {"mediaType": MANIFEST, "digest": ONE.digest, "size": len(ONE.body)}
CONFIG = {"mediaType": "application/vnd.oci.empty.v1+json"}
ABOUT = manifest(artifactType="a/b", config=CONFIG, subject=SUBJECT, annotations={"c": "d"})
MORE = manifest(config=CONFIG, subject=SUBJECT)
TAG = ONE.digest.replace(":", "-")


async def test_a_registry_that_lists_what_refers_to_an_image_needs_no_more(
    pushing: Pushing,
) -> None:
    assert await pushing.repository.attach(ABOUT) == ABOUT.digest
    assert await pushing.repository.manifest(ABOUT.digest) == ABOUT
    assert await pushing.repository.manifest(TAG) is None


async def test_elsewhere_a_tag_lists_it_once(pushing: Pushing) -> None:
    pushing.registry.refers = False
    for about in (ABOUT, MORE, ABOUT):
        assert await pushing.repository.attach(about) == about.digest
    kind, body = pushing.registry.manifests[NAME, TAG]
    assert kind == INDEX
    assert body == index(
        described(ABOUT, artifactType="a/b", annotations={"c": "d"}),
        described(MORE, artifactType=CONFIG["mediaType"]),
    )


def described(one: Manifest, **fields: object) -> dict[str, object]:
    return {"mediaType": MANIFEST, "digest": one.digest, "size": len(one.body), **fields}


def index(*listed: dict[str, object]) -> bytes:
    whole = {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}
    return json.dumps(whole, separators=(",", ":")).encode()


@pytest.mark.parametrize("answer", KEPT)
async def test_what_cannot_be_listed_is_not_attached(
    pushing: Pushing, answer: tuple[int, str]
) -> None:
    pushing.registry.refers = False
    assert await pushing.repository.attach(ABOUT) == ABOUT.digest
    pushing.registry.first("PUT", TAG, answering(*answer))
    assert await pushing.repository.attach(MORE) is None
    pushing.registry.first("PUT", "", answering(*answer))
    assert await pushing.repository.attach(manifest(subject=SUBJECT)) is None


@pytest.mark.parametrize(
    "there", [ONE, Manifest(INDEX, b"{}"), Manifest(INDEX, b"["), Manifest(INDEX, b"[]")]
)
async def test_a_tag_that_is_something_else_is_left_as_it_is(
    pushing: Pushing, there: Manifest
) -> None:
    pushing.registry.refers = False
    pushing.registry.manifests[NAME, TAG] = (there.media_type, there.body)
    assert await pushing.repository.attach(ABOUT) is None
    assert await pushing.repository.manifest(TAG) == there


async def test_trouble_that_passes_is_told_and_nothing_is_given_up(pushing: Pushing) -> None:
    pushing.registry.first("PUT", "", *[answering(503)] * 4)
    with pytest.raises(TransientError):
        await pushing.repository.attach(ABOUT)
