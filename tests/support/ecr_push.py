"""Pushes to ECR as a builder does, past our adapter."""

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from support.registry_push import MANIFEST

if TYPE_CHECKING:
    from types_aiobotocore_ecr.client import ECRClient

HOST = "123456789012.dkr.ecr.eu-west-3.amazonaws.com"


async def push(
    ecr: "ECRClient", repository: str, tag: str, content: bytes, kind: str = MANIFEST
) -> str:
    """Push an image of that *kind*, made of *content*, unless the tag is taken; its digest."""
    layer = f"sha256:{hashlib.sha256(content).hexdigest()}"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "of": layer})
    digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
    with suppress(ecr.exceptions.ImageAlreadyExistsException):  # as moto calls a tag that is taken
        await ecr.put_image(
            repositoryName=repository,
            imageManifest=manifest,
            imageManifestMediaType=kind,
            imageDigest=digest,
            imageTag=tag,
        )
    return digest
