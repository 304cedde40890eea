"""What the assembler puts into a registry, and what it does when that goes wrong."""

import asyncio
import gzip
import json
import tempfile
from pathlib import Path

import attrs
import pytest
from contracts.image_assembler import PLATFORMS, REPOSITORY
from support import base_images
from support.assembling import (
    BASE,
    BASES,
    HOST,
    IMAGE,
    SPEC,
    STEPS,
    Workshop,
    fail,
    layer,
    push_built,
)

from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.domain.errors import BuilderError, SetupError, TransientError
from knative_lambda.domain.recipe import Recipe
from knative_lambda.ports.image_assembler import Assembled, CannotAppendError


async def test_each_platform_has_the_same_layers_on_its_own(workshop: Workshop) -> None:
    made = await workshop.assembler().assemble(SPEC)
    assert (made.platforms, made.layers, made.sbom) == (PLATFORMS, 3, None)
    index = workshop.document(IMAGE)
    own = []
    for member, count in zip(index["manifests"], (2, 1), strict=True):
        image = f"{HOST}/{REPOSITORY}@{member['digest']}"
        manifest, config = workshop.document(image), workshop.config(image)
        assert manifest["mediaType"] == member["mediaType"] == base_images.MANIFEST
        assert config["architecture"] == member["platform"]["architecture"]
        assert len(manifest["layers"]) == len(config["rootfs"]["diff_ids"]) == count + 3
        own.append((manifest["layers"][count:], config["rootfs"]["diff_ids"][count:]))
        assert [entry["created_by"] for entry in config["history"][count:]] == [
            step.words for step in STEPS
        ]
    assert own[0] == own[1]


async def test_a_layer_is_what_its_digests_say(workshop: Workshop) -> None:
    await workshop.assembler().assemble(SPEC)
    member = workshop.document(IMAGE)["manifests"][0]
    image = f"{HOST}/{REPOSITORY}@{member['digest']}"
    blobs = workshop.ours.shelf(REPOSITORY).blobs
    layers = [blobs[each["digest"]] for each in workshop.document(image)["layers"]]
    assert [len(one) for one in layers] == [
        one["size"] for one in workshop.document(image)["layers"]
    ]
    contents = [gzip.decompress(one) for one in layers]
    assert [digest_of(one) for one in contents] == workshop.config(image)["rootfs"]["diff_ids"]
    assert contents[3:] == [b"".join(layer(step.copy)) for step in STEPS if step.copy]


async def test_all_that_was_sent_is_counted(workshop: Workshop) -> None:
    made = await workshop.assembler().assemble(SPEC)
    there, mounted = workshop.ours.shelf(REPOSITORY).blobs, workshop.ours.shelf(BASES).blobs
    assert made.sent == sum(len(blob) for digest, blob in there.items() if digest not in mounted)
    assert workshop.ours.made("fetch") == []


async def test_where_nothing_is_mounted_the_bases_layers_are_sent(workshop: Workshop) -> None:
    workshop.ours.mounts = False
    made = await workshop.assembler().assemble(SPEC)
    assert made.sent == sum(len(blob) for blob in workshop.ours.shelf(REPOSITORY).blobs.values())


async def test_few_blobs_lie_on_the_disk_however_many_builds_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop, lying = Workshop(), []
    workshop.ours.mounts = False
    workshop.push_base(base_images.written(contents=[b"layer %d" % each for each in range(5)]))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def before(_call: str, _repository: str, _what: str) -> None:
        lying.append(len(list(tmp_path.glob("blob-*"))))

    workshop.ours.before = before
    assembler = workshop.assembler()
    specs = [attrs.evolve(SPEC, image=f"{HOST}/{REPOSITORY}-{each}:one") for each in range(4)]
    await asyncio.gather(*map(assembler.assemble, specs))
    assert max(lying) == 3


async def test_what_is_there_is_neither_mounted_nor_sent_again(workshop: Workshop) -> None:
    await workshop.assembler().assemble(SPEC)
    workshop.ours.calls.clear()
    other = attrs.evolve(SPEC, image=f"{HOST}/{REPOSITORY}:two")
    assert (await workshop.assembler().assemble(other)).sent == 0
    assert workshop.ours.made("mount") == []


async def test_the_same_spec_gives_the_same_digest_anywhere(workshop: Workshop) -> None:
    other = Workshop()
    other.push_base()
    first = await workshop.assembler().assemble(SPEC)
    assert (await other.assembler().assemble(SPEC)).digest == first.digest


async def test_a_base_for_one_platform_gives_one_manifest() -> None:
    workshop = Workshop()
    workshop.push_base(base_images.written("amd64"))
    made = await workshop.assembler().assemble(SPEC)
    assert made.platforms == ("linux/amd64",)
    assert workshop.document(IMAGE)["mediaType"] == base_images.MANIFEST
    shelf = workshop.ours.shelf(REPOSITORY)
    assert set(shelf.manifests) == {made.digest}


async def test_native_files_leave_their_own_platforms(workshop: Workshop) -> None:
    spec = attrs.evolve(SPEC, platforms=frozenset({"arm64", "s390x"}))
    assert (await workshop.assembler().assemble(spec)).platforms == ("linux/arm64",)
    assert workshop.config(IMAGE)["architecture"] == "arm64"


async def test_native_files_for_no_platform_of_the_base_are_refused(workshop: Workshop) -> None:
    spec = attrs.evolve(SPEC, platforms=frozenset({"s390x", "riscv64"}))
    words = "its native files are for riscv64, s390x, and the base image is for linux/amd64, linux"
    with pytest.raises(CannotAppendError, match=words):
        await workshop.assembler().assemble(spec)


async def test_a_base_with_steps_for_each_build_is_left_to_a_build() -> None:
    workshop = Workshop()
    workshop.push_base(base_images.written("amd64", run={"OnBuild": ["RUN make"]}))
    with pytest.raises(CannotAppendError, match="ONBUILD"):
        await workshop.assembler().assemble(SPEC)


async def test_the_base_is_told_in_the_image(workshop: Workshop) -> None:
    made = await workshop.assembler().assemble(SPEC)
    base = workshop.origin.shelf("library/base").tags["1"]
    told = {
        "org.opencontainers.image.base.name": BASE,
        "org.opencontainers.image.base.digest": base,
    }
    assert workshop.document(IMAGE)["annotations"] == told
    for member in workshop.document(f"{HOST}/{REPOSITORY}@{made.digest}")["manifests"]:
        image = f"{HOST}/{REPOSITORY}@{member['digest']}"
        assert workshop.document(image)["annotations"] == told


@pytest.mark.parametrize("call", ["has", "mount", "send", "manifest", "tag"])
@pytest.mark.parametrize("error", [SetupError("refused"), TransientError("away")])
async def test_what_goes_wrong_is_told_as_it_is_and_leaves_no_tag(
    workshop: Workshop, call: str, error: BuilderError
) -> None:
    fail(workshop, error, call)
    with pytest.raises(type(error), match=str(error)):
        await workshop.assembler().assemble(SPEC)
    tags = workshop.ours.shelf(REPOSITORY).tags
    assert [tag for tag in tags if not tag.startswith("part-")] == []  # parts are no image yet


async def test_the_tag_comes_last(workshop: Workshop) -> None:
    await workshop.assembler().assemble(attrs.evolve(SPEC, sbom=b"{}"))
    calls = [call for call in workshop.ours.calls if call[0] in ("send", "tag", "attach", "mount")]
    assert calls[-1] == ("tag", REPOSITORY, "one")
    assert calls.count(calls[-1]) == 1
    # Some registries let nothing be attached to what is not there.
    image = ("tag", REPOSITORY, workshop.ours.shelf(REPOSITORY).tags["one"])
    assert calls.index(image) < [name for name, *_ in calls].index("attach")


async def test_a_tag_that_comes_to_be_meanwhile_counts(workshop: Workshop) -> None:
    workshop.ours.immutable = True
    there: list[str] = []

    def before(name: str, _repository: str, about: str) -> None:
        if (name, about) == ("tag", "one") and not there:
            there.append(push_built(workshop, tag="one"))

    workshop.ours.before = before
    made = await workshop.assembler().assemble(attrs.evolve(SPEC, sbom=b"{}"))
    assert [made.digest] == there
    assert made.sbom is None


async def test_a_tag_that_is_refused_and_not_there_is_tried_again(workshop: Workshop) -> None:
    workshop.ours.immutable = True

    def before(name: str, _repository: str, about: str) -> None:
        shelf = workshop.ours.shelf(REPOSITORY)
        if (name, about) == ("tag", "one"):
            shelf.tags["one"] = digest_of(b"gone")

    workshop.ours.before = before
    with pytest.raises(TransientError):
        await workshop.assembler().assemble(SPEC)


async def test_what_an_image_is_made_of_is_attached_to_it(workshop: Workshop) -> None:
    sbom = b'{"bomFormat": "CycloneDX"}'
    made = await workshop.assembler().assemble(attrs.evolve(SPEC, sbom=sbom))
    shelf = workshop.ours.shelf(REPOSITORY)
    assert made.sbom is not None
    about = json.loads(shelf.attached[made.sbom].body)
    image = shelf.manifests[made.digest]
    assert about["subject"] == {
        "mediaType": base_images.INDEX,
        "digest": made.digest,
        "size": len(image.body),
    }
    assert about["artifactType"] == about["layers"][0]["mediaType"]
    assert about["artifactType"] == "application/vnd.cyclonedx+json"
    assert shelf.blobs[about["layers"][0]["digest"]] == sbom
    assert shelf.blobs[about["config"]["digest"]] == b"{}"


@pytest.mark.parametrize(
    ("call", "what"),
    [("attach", ""), ("send", digest_of(b'{"sbom": 1}')), ("send", digest_of(b"{}"))],
)
@pytest.mark.parametrize("error", [SetupError("refused"), TransientError("away")])
async def test_an_image_is_as_good_without(
    workshop: Workshop, call: str, what: str, error: BuilderError
) -> None:
    fail(workshop, error, call, what)
    made = await workshop.assembler().assemble(attrs.evolve(SPEC, sbom=b'{"sbom": 1}'))
    assert made.sbom is None
    assert workshop.ours.shelf(REPOSITORY).tags["one"] == made.digest


async def test_an_image_without_steps_is_its_base_with_another_configuration(
    workshop: Workshop,
) -> None:
    spec = attrs.evolve(SPEC, recipe=Recipe(base=BASE, command=("run",)))
    made = await workshop.assembler().assemble(spec)
    assert made == Assembled(
        digest=made.digest, platforms=PLATFORMS, layers=0, sent=made.sent, sbom=None
    )
