"""Reading and writing the objects that serve functions, in the words of the port."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import structlog

from knative_lambda.adapters.knative.patches import Patch
from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.refusals import is_absent, meaning
from knative_lambda.adapters.kubernetes.api import JSON_PATCH, KubernetesApi, Refusal, deletion
from knative_lambda.adapters.templates.manifests import Manifest
from knative_lambda.domain.errors import BuilderError, ConflictError, PermanentError

_log = structlog.get_logger()

Object = Mapping[str, Any]


@attrs.frozen
class ServingObjects:
    """One call each.

    All raise `TransientError` or `SetupError` when the cluster does not serve us now, and
    `PermanentError` when it never will take what it is given.
    """

    api: KubernetesApi
    place: Place

    async def read(self, resource: str, name: str) -> Object | None:
        """The object, if it is there."""
        try:
            return await self.api.call("GET", self.place.path(resource, name))
        except Refusal as refusal:
            if is_absent(refusal, name):
                return None
            raise _told(refusal, "get", resource, name) from refusal

    async def listed(self, resource: str, labels: Mapping[str, str]) -> Sequence[Object]:
        """All that bear the *labels*."""
        selector = ",".join(f"{name}={value}" for name, value in labels.items())
        query = (("labelSelector", selector),)
        try:
            found = await self.api.call("GET", self.place.path(resource), query=query)
        except Refusal as refusal:
            raise _told(refusal, "list", resource, "of a function") from refusal
        items: Sequence[Object] = found["items"]
        return items

    async def make(self, resource: str, manifest: Manifest) -> Object:
        """Make it.

        Raises:
            ConflictError: There is one of that name.
        """
        try:
            return await self.api.call("POST", self.place.path(resource), manifest)
        except Refusal as refusal:
            name = manifest["metadata"]["name"]
            raise _told(refusal, "create", resource, name) from refusal

    async def patch(self, resource: str, name: str, patch: Patch) -> Object:
        """Write to it.

        Raises:
            ConflictError: It is gone, or one of the patch's tests fails.
        """
        path = self.place.path(resource, name)
        try:
            return await self.api.call("PATCH", path, patch, content_type=JSON_PATCH)
        except Refusal as refusal:
            if is_absent(refusal, name):
                raise ConflictError(f"{name} is gone") from refusal
            raise _told(refusal, "patch", resource, name) from refusal

    async def delete(self, resource: str, name: str, uid: str, version: str) -> None:
        """Delete that very object at that very version, and what it owns, in the background.

        Raises:
            ConflictError: It is there, but another one.
        """
        options = deletion(uid=uid, resourceVersion=version)
        try:
            await self.api.call("DELETE", self.place.path(resource, name), options)
        except Refusal as refusal:
            if not is_absent(refusal, name):
                raise _told(refusal, "delete", resource, name) from refusal


def _told(refusal: Refusal, verb: str, resource: str, name: str) -> BuilderError:
    """What it means; an operator finds all that was said in the log, and who asked less."""
    error = meaning(refusal, verb, resource, name)
    if isinstance(error, PermanentError):
        asked = f"{verb} {resource} {name}"
        _log.warning("kubernetes.denied", asked=asked, answer=str(refusal))
    return error
