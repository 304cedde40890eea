"""Manifests and indexes of a repository."""

import json
from http import HTTPStatus
from typing import Any, Final

import attrs

from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.digests import digest_of, is_digest
from knative_lambda.adapters.oci.endpoint import Endpoint
from knative_lambda.adapters.oci.errors import RegistryRefusalError
from knative_lambda.adapters.oci.media_types import MEDIA_TYPES
from knative_lambda.adapters.oci.request import Body, Request
from knative_lambda.domain.errors import BuilderError, SetupError, TransientError

_TAKEN: Final = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED)
# What registries answer that keep a tag as it is: ECR the first, Artifactory the second, Azure the
# third, Quay the fourth, Harbor the last; with codes that other troubles have, too.
_KEPT: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
)
_INCOMPLETE: Final = frozenset({"MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN"})


@attrs.frozen
class Manifest:
    """A manifest or an index, byte for byte.

    Attributes:
        media_type: Of it.
    """

    media_type: str
    body: bytes = attrs.field(repr=False)

    @property
    def digest(self) -> str:
        """`sha256:...` of its bytes."""
        return digest_of(self.body)


@attrs.frozen
class Manifests:
    """Those of one repository."""

    endpoint: Endpoint

    async def get(self, reference: str) -> Manifest | None:
        """What a tag or a digest stands for, if it is there.

        Raises:
            SetupError: The registry refuses, or has no image there.
            TransientError: It cannot be reached, or gives something else than it says.
        """
        return await self.endpoint.retries.tried(lambda: self._get(reference))

    async def put(self, manifest: Manifest, reference: str) -> Answer:
        """Have *manifest* at *reference*; the answer, which may have to tell more.

        Raises:
            RegistryRefusalError: The registry refuses.
            SetupError: There is something to mend.
            TransientError: It cannot be reached, or took something else than what was sent.
        """
        return await self.endpoint.retries.tried(lambda: self._put(manifest, reference))

    async def tag(self, manifest: Manifest, tag: str) -> str | None:
        """As `put`; its digest, or `None` where *tag* is there, and cannot be overwritten."""
        try:
            await self.put(manifest, tag)
        except (KeptError, RegistryRefusalError):
            there = await self.get(tag)
            if there is None:
                raise
            return there.digest if there.digest == manifest.digest else None
        return manifest.digest

    async def _get(self, reference: str) -> Manifest | None:
        endpoint = self.endpoint
        headers = {"Accept": ", ".join(MEDIA_TYPES)}
        request = Request("GET", endpoint.url(f"manifests/{reference}"), headers)
        answer = await endpoint.once(endpoint.reading, request)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise endpoint.unread(answer)
        found = Manifest(_media_type(answer, endpoint.title), answer.body)
        said = reference if is_digest(reference) else answer.digest
        if is_digest(said) and said != found.digest:
            raise TransientError(f"{endpoint.title} gave a manifest that is not what it says")
        return found

    async def _put(self, manifest: Manifest, reference: str) -> Answer:
        endpoint = self.endpoint
        body = Body.of(manifest.body, manifest.media_type)
        request = Request("PUT", endpoint.url(f"manifests/{reference}"), body=body)
        answer = await endpoint.once(endpoint.writing, request)
        if answer.status not in _TAKEN:
            raise self._refused(answer)
        if is_digest(answer.digest) and answer.digest != manifest.digest:
            raise TransientError(f"{endpoint.title} took another manifest than was sent")
        return answer

    def _refused(self, answer: Answer) -> BuilderError:
        if answer.codes & _INCOMPLETE:
            return TransientError(f"{self.endpoint.title} does not see yet what was sent to it")
        error = self.endpoint.untaken(answer)
        if answer.status in _KEPT and isinstance(error, SetupError):
            return KeptError(str(error))
        return error


class KeptError(SetupError):
    """A manifest was not taken, as it is where a tag is kept as it is."""


def _media_type(answer: Answer, whom: str) -> str:
    said = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if said in MEDIA_TYPES:
        return said
    try:
        body: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    told = body.get("mediaType") if isinstance(body, dict) else None
    if isinstance(told, str) and told in MEDIA_TYPES:
        return told
    raise SetupError(f"{whom} has something there that is no image, of type {said[:100]!r}")
