"""Layers that are kept of one image are what others get."""

import gzip
import json
from typing import Any

import attrs
import pytest
from contracts.image_assembler import INSTALLED, KEPT, REPOSITORY, TO_KEEP
from support import base_images
from support.assembling import (
    HOST,
    IMAGE,
    RECIPE,
    WITH_KEPT,
    Workshop,
    fail,
    kept,
    push_built,
)

from knative_lambda.adapters.assembling.kept_layer import KIND
from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.adapters.oci.repository import Manifest
from knative_lambda.domain.errors import BuilderError, SetupError, TransientError
from knative_lambda.domain.recipe import Step
from knative_lambda.ports.image_assembler import CannotAppendError, ImageSpec


async def test_what_was_kept_goes_where_it_was_copied(workshop: Workshop) -> None:
    assert await kept(workshop, "arm64")
    made = await workshop.assembler().assemble(WITH_KEPT)
    assert (made.platforms, made.layers) == (("linux/arm64",), 4)
    config, manifest = workshop.config(IMAGE), workshop.document(IMAGE)
    blobs = workshop.ours.shelf(REPOSITORY).blobs
    assert gzip.decompress(blobs[manifest["layers"][1]["digest"]]) == b"installed"
    assert config["rootfs"]["diff_ids"][1] == digest_of(b"installed")
    assert config["history"][1]["created_by"] == TO_KEEP


async def test_what_is_kept_is_a_small_artifact(workshop: Workshop) -> None:
    before = push_built(workshop)
    assert await kept(workshop)
    artifact = workshop.document(f"{HOST}/{REPOSITORY}:{KEPT}")
    assert artifact["artifactType"] == KIND
    (layer,) = artifact["layers"]
    assert layer["mediaType"] == base_images.LAYER
    config = workshop.ours.shelf(REPOSITORY).blobs[artifact["config"]["digest"]]
    assert json.loads(config) == {
        "os": "linux",
        "architecture": "amd64",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(b"installed")]},
        "history": [{"created_by": TO_KEEP}],
    }
    assert workshop.ours.made("send") == [(REPOSITORY, artifact["config"]["digest"])]
    assert workshop.ours.shelf(REPOSITORY).tags["built"] == before


async def test_a_layer_in_dockers_own_form_is_kept_as_one_of_oci(workshop: Workshop) -> None:
    assert await kept(workshop, kinds=base_images.DOCKER)
    (layer,) = workshop.document(f"{HOST}/{REPOSITORY}:{KEPT}")["layers"]
    assert layer["mediaType"] == base_images.LAYER


async def test_an_image_for_several_platforms_has_no_one_layer_to_keep(workshop: Workshop) -> None:
    assert not await kept(workshop, "amd64", "arm64")


async def test_an_index_of_one_platform_is_as_good_as_its_image(workshop: Workshop) -> None:
    history = [{"created_by": "RUN 0"}, {"created_by": TO_KEEP}]
    built = base_images.written("amd64", (b"one", b"installed"), history=history)
    base_images.push(workshop.ours, REPOSITORY, "built", built)
    index = base_images.push_manifest(
        workshop.ours, REPOSITORY, "index", base_images.index_of([built])
    )
    assembler = workshop.assembler()
    assert await assembler.keep(f"{HOST}/{REPOSITORY}:index", index.digest, KEPT)


@pytest.mark.parametrize(
    "more", [{"history": []}, {"rootfs": None}, {"history": [{"created_by": "RUN 0"}] * 2}]
)
async def test_an_image_that_does_not_tell_is_not_kept(
    workshop: Workshop, more: dict[str, Any]
) -> None:
    assert not await kept(workshop, **more)
    assert KEPT not in workshop.ours.shelf(REPOSITORY).tags


async def test_an_image_that_is_not_there_is_not_kept(workshop: Workshop) -> None:
    assembler = workshop.assembler()
    assert not await assembler.keep(IMAGE, digest_of(b"nothing"), KEPT)


async def test_what_is_kept_under_a_tag_that_stays_is_left(workshop: Workshop) -> None:
    workshop.ours.immutable = True
    assert await kept(workshop)
    assert not await kept(workshop, "arm64")


@pytest.mark.parametrize("error", [SetupError("refused"), TransientError("away")])
async def test_trouble_with_keeping_is_told(workshop: Workshop, error: BuilderError) -> None:
    fail(workshop, error, "tag", KEPT)
    with pytest.raises(type(error)):
        await kept(workshop)


async def test_dependencies_for_another_platform_are_refused(workshop: Workshop) -> None:
    assert await kept(workshop, "s390x")
    words = "its dependencies were built for linux/s390x, and the base image is for linux/amd64"
    with pytest.raises(CannotAppendError, match=words):
        await workshop.assembler().assemble(WITH_KEPT)
    assert workshop.ours.shelf(REPOSITORY).tags.keys() == {"built", KEPT}


async def test_nothing_is_asked_of_the_base_while_dependencies_are_missing(
    workshop: Workshop,
) -> None:
    with pytest.raises(CannotAppendError, match="have to be installed first"):
        await workshop.assembler().assemble(WITH_KEPT)
    assert workshop.asked == []


OTHER = base_images.written("amd64", (b"one",))
TWO_LAYERS = base_images.written("amd64", (b"one", b"two"))
TWO = Manifest(
    base_images.MANIFEST,
    json.dumps({**json.loads(TWO_LAYERS.manifest.body), "artifactType": KIND}).encode(),
)


@pytest.mark.parametrize(
    "manifest",
    [
        OTHER.manifest,
        TWO,
        Manifest(base_images.MANIFEST, json.dumps({"artifactType": KIND}).encode()),
        Manifest(base_images.MANIFEST, b"no JSON"),
    ],
)
async def test_what_was_not_kept_by_us_is_not_taken(workshop: Workshop, manifest: Manifest) -> None:
    base_images.push(workshop.ours, REPOSITORY, "other", OTHER, TWO_LAYERS)
    base_images.push_manifest(workshop.ours, REPOSITORY, KEPT, manifest)
    with pytest.raises(CannotAppendError, match="in a form that cannot be read"):
        await workshop.assembler().assemble(WITH_KEPT)


@pytest.mark.parametrize(
    "spec",
    [
        attrs.evolve(WITH_KEPT, kept=None),
        attrs.evolve(
            WITH_KEPT,
            recipe=attrs.evolve(
                RECIPE,
                steps=(
                    Step(TO_KEEP, copy=INSTALLED),
                    Step(TO_KEEP, copy=attrs.evolve(INSTALLED, target="/b/")),
                ),
            ),
        ),
    ],
)
async def test_what_more_than_one_layer_would_be_kept_for_is_refused(
    workshop: Workshop, spec: ImageSpec
) -> None:
    assert await kept(workshop)
    with pytest.raises(CannotAppendError, match="only a build can make"):
        await workshop.assembler().assemble(spec)
