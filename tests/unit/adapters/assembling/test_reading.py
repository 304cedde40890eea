"""What a registry gives as a base is read, whatever somebody has written there."""

import json
from typing import Any

import pytest
from support import base_images
from support.assembling import BASE, BASES, Workshop

from knative_lambda.adapters.oci.digests import digest_of
from knative_lambda.adapters.oci.repository import Manifest
from knative_lambda.ports.image_assembler import CannotAppendError


async def test_an_image_in_dockers_own_form_is_written_in_that_of_oci() -> None:
    workshop = Workshop()
    images = [base_images.written(one, kinds=base_images.DOCKER) for one in ("amd64", "arm64")]
    base_images.push(workshop.origin, "library/base", "1", *images)
    listed = base_images.index_of(images, base_images.DOCKER[base_images.INDEX])
    base_images.push_manifest(workshop.origin, "library/base", "1", listed)
    base = await workshop.assembler().bases.find(BASE)
    assert {layer.media_type for layer in base.blobs} == {base_images.LAYER}
    assert [image.manifest for image in base.images] == [image.manifest for image in images]


async def test_what_is_told_about_images_is_none() -> None:
    workshop = Workshop()
    image, again = base_images.written("amd64"), base_images.written("amd64", (b"again",))
    told = base_images.written("unknown", os="unknown")
    windows = base_images.written("arm64", os="windows")
    base_images.push(workshop.origin, "library/base", "2", image, again, told, windows)
    index = json.loads(base_images.index_of([image, again, told, windows]).body)
    index["manifests"][2]["platform"] = {"os": "unknown", "architecture": "unknown"}
    index["manifests"][3]["platform"] = {"os": "windows", "architecture": "arm64"}
    index["manifests"].append({**index["manifests"][0], "mediaType": base_images.INDEX})
    without = {key: value for key, value in index["manifests"][0].items() if key != "platform"}
    index["manifests"].append(without)
    manifest = Manifest(base_images.INDEX, json.dumps(index).encode())
    base_images.push_manifest(workshop.origin, "library/base", "1", manifest)
    (found,) = (await workshop.assembler().bases.find(BASE)).images
    assert (found.platform.name, found.manifest) == ("linux/amd64", image.manifest)


def changed(manifest: Manifest, **fields: object) -> Manifest:
    body = {**json.loads(manifest.body), **fields}
    return Manifest(manifest.media_type, json.dumps(body).encode())


IMAGE = base_images.written("amd64")
OTHER = {**base_images.described(base_images.LAYER, b"x"), "mediaType": "text/plain"}
HUGE = {**base_images.described(base_images.CONFIG, b"x"), "size": 5 << 20}
LONGER = {**json.loads(IMAGE.manifest.body)["config"], "size": len(IMAGE.config) + 1}


@pytest.mark.parametrize(
    "manifest",
    [
        Manifest("application/vnd.docker.distribution.manifest.v1+prettyjws", b"{}"),
        Manifest(base_images.MANIFEST, b"[]"),
        Manifest(base_images.INDEX, b'{"manifests": []}'),
        Manifest(base_images.INDEX, b'{"manifests": {}}'),
        changed(IMAGE.manifest, layers=[OTHER, OTHER]),
        changed(IMAGE.manifest, layers=[]),
        changed(IMAGE.manifest, config=HUGE),
        changed(IMAGE.manifest, config=LONGER),
        changed(base_images.index_of([IMAGE]), manifests=[{"digest": "sha256:x"}]),
        base_images.index_of([base_images.written("arm64", (b"away",))]),
        Manifest(
            base_images.INDEX,
            base_images.index_of([IMAGE]).body.replace(b'"amd64"', b'"riscv64"'),
        ),
    ],
)
async def test_what_cannot_be_read_is_not_stood_on(manifest: Manifest) -> None:
    workshop = Workshop()
    base_images.push(workshop.origin, "library/base", "2", IMAGE)
    base_images.push_manifest(workshop.origin, "library/base", "1", manifest)
    with pytest.raises(CannotAppendError, match=r"not of a kind|is broken"):
        await workshop.assembler().bases.find(BASE)
    assert workshop.ours.shelf(BASES).tags == {}


@pytest.mark.parametrize(
    "more",
    [{"rootfs": None}, {"rootfs": {}}, {"config": ["run"]}, {"history": [5]}, {"os": None}],
)
async def test_a_configuration_that_is_none_is_not_stood_on(more: dict[str, Any]) -> None:
    workshop = Workshop()
    workshop.push_base(base_images.written("amd64", **more))
    with pytest.raises(CannotAppendError, match="not of a kind"):
        await workshop.assembler().bases.find(BASE)


async def test_a_blob_of_another_size_than_is_told_is_not_copied() -> None:
    workshop = Workshop()
    layer = b"longer than is told"
    image = base_images.written("amd64", (b"one",))
    fields = json.loads(image.manifest.body)
    fields["layers"][0] = {**base_images.described(base_images.LAYER, layer), "size": 99}
    manifest = Manifest(base_images.MANIFEST, json.dumps(fields).encode())
    base_images.push(workshop.origin, "library/base", "2", image)
    workshop.origin.shelf("library/base").blobs[digest_of(layer)] = layer
    base_images.push_manifest(workshop.origin, "library/base", "1", manifest)
    with pytest.raises(CannotAppendError):
        await workshop.assembler().bases.find(BASE)
    assert workshop.ours.shelf(BASES).tags == {}
