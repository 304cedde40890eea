"""What refers to an image, such as what it is made of, so that who has the image finds it.

Source: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from knative_lambda.adapters.oci.digests import is_digest
from knative_lambda.adapters.oci.manifests import Manifest, Manifests
from knative_lambda.adapters.oci.media_types import OCI_INDEX
from knative_lambda.domain.errors import SetupError

_LISTS: Final = "OCI-Subject"  # the header of who lists them by itself


@attrs.frozen
class Referrers:
    """Those of one repository."""

    manifests: Manifests

    async def attach(self, manifest: Manifest) -> str | None:
        """Put *manifest*, which has a `subject`; its digest, or `None` if it is not attached.

        An image is none the worse for it, so a refusal is no error.

        Raises:
            TransientError: The registry cannot be reached.
        """
        referrer = json.loads(manifest.body)
        try:
            answer = await self.manifests.put(manifest, manifest.digest)
            if answer.headers.get(_LISTS):
                return manifest.digest
            return await self._list(manifest, referrer)
        except SetupError:
            return None

    async def _list(self, manifest: Manifest, referrer: Mapping[str, Any]) -> str | None:
        """Add it to the index that the specification has for registries without such lists."""
        tag = referrer["subject"]["digest"].replace(":", "-")
        there = await self.manifests.get(tag)
        listed = _listed(there)
        if any(each.get("digest") == manifest.digest for each in listed):
            return manifest.digest
        index = {
            "schemaVersion": 2,
            "mediaType": OCI_INDEX,
            "manifests": [*listed, _described(manifest, referrer)],
        }
        written = Manifest(OCI_INDEX, json.dumps(index, separators=(",", ":")).encode())
        return manifest.digest if await self.manifests.tag(written, tag) else None


def _listed(index: Manifest | None) -> Sequence[Mapping[str, Any]]:
    """What *index* lists.

    Raises:
        SetupError: It lists nothing, but is an image.
    """
    if index is None:
        return []
    try:
        body: Any = json.loads(index.body)
    except (ValueError, RecursionError):
        body = None
    listed = body.get("manifests") if isinstance(body, dict) else None
    if index.media_type != OCI_INDEX or not isinstance(listed, list):
        raise SetupError("the tag for what refers to an image has an image")
    return [
        each for each in listed if isinstance(each, dict) and is_digest(str(each.get("digest")))
    ]


def _described(manifest: Manifest, referrer: Mapping[str, Any]) -> Mapping[str, Any]:
    described = {
        "mediaType": manifest.media_type,
        "digest": manifest.digest,
        "size": len(manifest.body),
        "artifactType": referrer.get("artifactType") or referrer["config"]["mediaType"],
    }
    if "annotations" in referrer:
        described["annotations"] = referrer["annotations"]
    return described
