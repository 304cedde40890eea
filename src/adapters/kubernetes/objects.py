"""The objects of one kind in one namespace, by calls that speak the language of the ports."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import attrs
import structlog

from knative_lambda.adapters.kubernetes import errors
from knative_lambda.adapters.kubernetes.api import JSON_PATCH, KubernetesApi, Refusal
from knative_lambda.adapters.kubernetes.errors import Asked, Meaning
from knative_lambda.adapters.kubernetes.kinds import Kind
from knative_lambda.domain.errors import ConflictError, PermanentError

Object = Mapping[str, Any]
_log = structlog.get_logger()


@attrs.frozen
class Objects:
    """Each method raises what `meaning` makes of a refusal.

    Attributes:
        meaning: Of a refusal of what was asked, as an error of the ports.
        page: How many are listed by one call, and are in memory at once.
    """

    api: KubernetesApi
    kind: Kind
    namespace: str
    meaning: Meaning = errors.meaning
    page: int = 200

    async def get(self, name: str) -> Object | None:
        """The object as it is now, from no cache; `None` if it is not there."""
        with self._asking("get", name):
            try:
                return await self.api.call("GET", self._path(name))
            except Refusal as refusal:
                if _is_absent(refusal, name):
                    return None
                raise

    async def list(
        self, labels: Mapping[str, str], fields: Mapping[str, str] | None = None
    ) -> Sequence[Object]:
        """All that `each` gives."""
        return [one async for one in self.each(labels, fields)]

    async def each(
        self, labels: Mapping[str, str], fields: Mapping[str, str] | None = None
    ) -> AsyncIterator[Object]:
        """All that bear the *labels*, in one version of the world; a call for each page.

        No more than a page is in memory: of many large objects, take what is needed from each.

        Args:
            labels: None for any.
            fields: Which must have these values, as far as the kind can be selected by them.
        """
        chosen = {"labelSelector": labels, "fieldSelector": fields or {}}
        query = [(name, _selector(pairs)) for name, pairs in chosen.items() if pairs]
        query.append(("limit", str(self.page)))
        following = ""
        while True:
            more = [("continue", following)] if following else []
            with self._asking("list"):
                page = await self.api.call("GET", self._path(), query=[*query, *more])
            for one in page["items"]:
                yield one
            following = page["metadata"].get("continue", "")
            if not following:
                return

    async def create(self, manifest: Object) -> Object:
        """Make it.

        Raises:
            ConflictError: One of that name is there.
        """
        with self._asking("create", manifest["metadata"]["name"]):
            return await self.api.call("POST", self._path(), manifest)

    async def replace(self, name: str, manifest: Object) -> Object:
        """Put *manifest*, which has a `resourceVersion`, in the place of that very version.

        Raises:
            ConflictError: Another version is there, or none.
        """
        with self._asking("update", name), _there(name):
            return await self.api.call("PUT", self._path(name), manifest)

    async def patch(self, name: str, patch: Sequence[Mapping[str, Any]]) -> Object:
        """Write to it by a JSON patch: all of it, or nothing.

        Raises:
            ConflictError: It is gone, or one of the patch's tests fails.
        """
        with self._asking("patch", name), _there(name):
            path = self._path(name)
            return await self.api.call("PATCH", path, patch, content_type=JSON_PATCH)

    async def delete(self, name: str, **only: str) -> bool:
        """Delete it and what it owns, and return at once; whether it was there.

        Args:
            name: Of the object.
            only: What it must still have: a `uid`, a `resourceVersion`.

        Raises:
            ConflictError: It is there, and has not.
        """
        with self._asking("delete", name):
            try:
                await self.api.call("DELETE", self._path(name), _deletion(only))
            except Refusal as refusal:
                if _is_absent(refusal, name):
                    return False
                raise
        return True

    def _path(self, name: str = "") -> str:
        return self.kind.path(self.namespace, name)

    @contextmanager
    def _asking(self, verb: str, name: str = "") -> Iterator[None]:
        asked = Asked(verb, str(self.kind), self.namespace, name)
        try:
            yield
        except Refusal as refusal:
            error = self.meaning(refusal, asked)
            if isinstance(error, PermanentError):
                # Who sent the event is told less.
                _log.warning("kubernetes.denied", asked=str(asked), answer=str(refusal))
            raise error from refusal


@contextmanager
def _there(name: str) -> Iterator[None]:
    """What is written to must be there; if it is gone, the world is another one."""
    try:
        yield
    except Refusal as refusal:
        if _is_absent(refusal, name):
            raise ConflictError(f"{name} is gone") from refusal
        raise


def _selector(pairs: Mapping[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in pairs.items())


def _is_absent(refusal: Refusal, name: str) -> bool:
    """Whether there is just no object of that *name*, in a cluster that knows its kind."""
    return refusal.status == HTTPStatus.NOT_FOUND and f'"{name}" not found' in refusal.message


def _deletion(only: Mapping[str, str]) -> Object:
    """What a DELETE says: all that the object owns goes too, in the background."""
    return {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",  # else the pods of a Job stay, and go on
        **({"preconditions": only} if only else {}),
    }
