"""Base images are asked for now and then, copied once, and had as long as somebody has them."""

import asyncio
from collections.abc import Callable

import pytest
from support import base_images
from support.assembling import BASE, BASES, Workshop
from support.blob_registry import BlobRegistry

from knative_lambda.adapters.assembling.base import Base
from knative_lambda.adapters.assembling.bases import REFUSED, REMEMBERED
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.ports.image_assembler import CannotAppendError

HOST = "origin.test"


def failing(error: Exception, *calls: str) -> Callable[[str, str, str], None]:
    """Has those *calls* fail; all, if there are none."""

    def before(call: str, _repository: str, _what: str) -> None:
        if not calls or call in calls:
            raise error

    return before


def away(registry: BlobRegistry) -> None:
    """Nobody reaches *registry* any more."""
    registry.before = failing(TransientError(f"{HOST} cannot be reached"))


def platforms(base: Base) -> list[str]:
    return [image.platform.name for image in base.images]


async def test_a_base_is_copied_with_all_its_platforms(workshop: Workshop) -> None:
    base = await workshop.assembler().bases.find(BASE)
    assert platforms(base) == ["linux/amd64", "linux/arm64"]
    shelf, origin = workshop.ours.shelf(BASES), workshop.origin.shelf("library/base")
    assert shelf.blobs == origin.blobs
    assert {image.manifest.digest for image in base.images} < set(shelf.manifests)
    assert workshop.registry.repositories == {BASES}
    parts = {f"part-{image.manifest.digest.removeprefix('sha256:')}" for image in base.images}
    (tag, other) = (name for name in shelf.tags if name not in parts)
    assert parts < shelf.tags.keys()
    assert tag.startswith("base-1-")
    assert tag.endswith(f"-{base.digest.removeprefix('sha256:')}")
    assert other.endswith("-last")
    assert len(tag) <= 128


async def test_a_name_is_asked_for_again_after_a_while(workshop: Workshop) -> None:
    bases = workshop.assembler().bases
    for now in (0, REMEMBERED - 1):
        workshop.now = now
        await bases.find(BASE)
    assert len(workshop.asked) == 1
    workshop.now = REMEMBERED
    await bases.find(BASE)
    assert len(workshop.asked) == 2


async def test_a_copy_is_not_made_twice(workshop: Workshop) -> None:
    first = await workshop.assembler().bases.find(BASE)
    sent = workshop.ours.made("send")
    workshop.origin.calls.clear()
    second = await workshop.assembler().bases.find(BASE)
    assert second == first
    assert workshop.ours.made("send") == sent
    assert workshop.origin.calls == [("manifest", "library/base", "1")]


async def test_a_copy_that_somebody_has_removed_is_made_again_by_who_remembers(
    workshop: Workshop,
) -> None:
    bases = workshop.assembler().bases
    first = await bases.find(BASE)
    shelf = workshop.ours.shelf(BASES)
    tags, blobs = dict(shelf.tags), dict(shelf.blobs)
    workshop.ours.shelves.clear()
    workshop.now = REMEMBERED
    assert await bases.find(BASE) == first
    again = workshop.ours.shelf(BASES)
    assert (again.tags, again.blobs) == (tags, blobs)


async def test_those_who_ask_at_once_wait_for_one_copy(workshop: Workshop) -> None:
    bases = workshop.assembler().bases
    found = await asyncio.gather(*(bases.find(BASE) for _ in range(5)))
    assert all(one == found[0] for one in found)
    fetched = [what for _, what in workshop.origin.made("fetch")]
    configs = [image.described.digest for image in found[0].images]
    assert sorted(fetched) == sorted([*(d.digest for d in found[0].blobs), *configs, *configs])


async def test_a_name_that_means_another_image_is_followed(workshop: Workshop) -> None:
    bases = workshop.assembler().bases
    before = await bases.find(BASE)
    workshop.push_base(base_images.written("amd64", (b"newer",)))
    assert await bases.find(BASE) == before
    workshop.now = REMEMBERED
    after = await bases.find(BASE)
    assert after.digest != before.digest
    assert platforms(after) == ["linux/amd64"]


async def test_a_registry_that_is_away_is_not_missed_by_who_remembers(workshop: Workshop) -> None:
    bases = workshop.assembler().bases
    before = await bases.find(BASE)
    away(workshop.origin)
    for _ in range(2):
        workshop.now += REMEMBERED
        assert await bases.find(BASE) == before


async def test_nor_by_who_has_a_copy(workshop: Workshop) -> None:
    before = await workshop.assembler().bases.find(BASE)
    away(workshop.origin)
    assert await workshop.assembler().bases.find(BASE) == before


async def test_a_pinned_base_is_had_without_asking(workshop: Workshop) -> None:
    pinned = f"{HOST}/library/base@{workshop.push_base()}"
    before = await workshop.assembler().bases.find(pinned)
    workshop.asked.clear()
    assert await workshop.assembler().bases.find(pinned) == before
    assert workshop.asked == []


async def test_without_a_copy_it_cannot_be_had_for_a_while(workshop: Workshop) -> None:
    away(workshop.origin)
    bases = workshop.assembler().bases
    for _ in range(2):
        with pytest.raises(CannotAppendError, match="cannot be reached") as caught:
            await bases.find(BASE)
        assert caught.value.reason is Reason.REGISTRY_UNAVAILABLE
        assert HOST not in str(caught.value)
    assert len(workshop.origin.calls) == 1
    workshop.origin.before = Workshop().origin.before
    workshop.now = REFUSED
    assert platforms(await bases.find(BASE)) == ["linux/amd64", "linux/arm64"]


@pytest.mark.parametrize("call", ["manifest", "fetch"])
async def test_a_refusal_is_told_without_the_host(workshop: Workshop, call: str) -> None:
    workshop.origin.before = failing(SetupError(f"{HOST} refuses the user 'acme'"), call)
    with pytest.raises(CannotAppendError, match="does not give it to this service") as caught:
        await workshop.assembler().bases.find(BASE)
    assert caught.value.reason is Reason.IMAGE_PULL
    assert HOST not in str(caught.value)


async def test_whoever_is_told_a_refusal_again_is_told_its_cause_too(workshop: Workshop) -> None:
    error = SetupError(f"{HOST} has a certificate that is not trusted")
    workshop.origin.before = failing(error)
    bases = workshop.assembler().bases
    for _ in range(2):
        with pytest.raises(CannotAppendError) as caught:
            await bases.find(BASE)
        assert caught.value.__cause__ is error
    assert len(workshop.origin.calls) == 1


async def test_a_base_that_is_not_there_is_told(workshop: Workshop) -> None:
    with pytest.raises(CannotAppendError, match="the base image is not there"):
        await workshop.assembler().bases.find(f"{HOST}/library/base:2")


@pytest.mark.parametrize("image", ["", "Node:22", "[::1]:5000/base:1", "node:22:slim"])
async def test_a_name_that_cannot_be_read_is_told(workshop: Workshop, image: str) -> None:
    words = "the name of its base image cannot be read: it must be registry/repository:tag"
    with pytest.raises(CannotAppendError, match=words) as caught:
        await workshop.assembler().bases.find(image)
    assert caught.value.reason is Reason.SOURCE_REJECTED
    assert workshop.asked == []


@pytest.mark.parametrize("error", [SetupError("no"), TransientError("later")])
async def test_what_is_wrong_with_our_own_registry_is_not_remembered(
    workshop: Workshop, error: Exception
) -> None:
    bases = workshop.assembler().bases
    workshop.ours.before = failing(error, "send")
    with pytest.raises(type(error)):
        await bases.find(BASE)
    workshop.ours.before = Workshop().ours.before
    assert platforms(await bases.find(BASE)) == ["linux/amd64", "linux/arm64"]


async def test_where_several_registries_may_have_it_the_first_that_does_gives_it() -> None:
    workshop, mirror = Workshop(), BlobRegistry()
    workshop.push_base()
    bases = workshop.assembler().bases
    bases.origins = lambda name: [
        registry.repository(name.repository) for registry in (mirror, workshop.origin)
    ]
    first = await bases.find(BASE)
    away(mirror)
    workshop.now = REMEMBERED
    assert await bases.find(BASE) == first
    assert len(mirror.made("manifest")) == 2
    pushed = base_images.push(mirror, "library/base", "1", base_images.written("arm64"))
    mirror.before = Workshop().origin.before
    workshop.now = 2 * REMEMBERED
    assert (await bases.find(BASE)).digest == pushed.digest


async def test_a_mirror_that_is_away_is_told_when_nobody_else_has_it() -> None:
    workshop, mirror = Workshop(), BlobRegistry()
    bases = workshop.assembler().bases
    bases.origins = lambda name: [
        registry.repository(name.repository) for registry in (mirror, workshop.origin)
    ]
    away(mirror)
    with pytest.raises(CannotAppendError, match="cannot be reached"):
        await bases.find(BASE)


async def test_a_copy_that_somebody_has_changed_is_made_anew(workshop: Workshop) -> None:
    before = await workshop.assembler().bases.find(BASE)
    shelf = workshop.ours.shelf(BASES)
    other = base_images.push(workshop.ours, BASES, "other", base_images.written("s390x"))
    for tag in shelf.tags:
        shelf.tags[tag] = other.digest
    assert await workshop.assembler().bases.find(BASE) == before
    assert set(shelf.tags.values()) - {other.digest}


async def test_a_copy_of_another_image_is_not_taken_for_it(workshop: Workshop) -> None:
    before = await workshop.assembler().bases.find(BASE)
    shelf = workshop.ours.shelf(BASES)
    (tag,) = (one for one in shelf.tags if one.startswith("base-") and not one.endswith("-last"))
    other = base_images.push(
        workshop.origin, "library/other", "1", base_images.written("s390x", (b"other",))
    )
    await workshop.assembler().bases.find(f"{HOST}/library/other:1")
    end = other.digest.removeprefix("sha256:")
    shelf.tags[tag] = next(
        shelf.tags[one] for one in shelf.tags if one.startswith("other-") and one.endswith(end)
    )
    assert await workshop.assembler().bases.find(BASE) == before


async def test_many_names_are_not_all_remembered() -> None:
    workshop = Workshop()
    bases = workshop.assembler().bases
    for number in range(70):
        with pytest.raises(CannotAppendError):
            await bases.find(f"{HOST}/base:{number}")
    assert len(bases._answers) == 64
