"""The objects of one kind in one namespace, by calls that speak the language of the ports."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import attrs

from knative_lambda.adapters.kubernetes.api import KubernetesApi, Refusal, deletion
from knative_lambda.adapters.kubernetes.errors import asking

Object = Mapping[str, Any]
_PAGE: Final = 200  # objects


@attrs.frozen
class Objects:
    """Each method raises what `errors.meaning` makes of a refusal.

    Attributes:
        root: Of their API, such as `/api/v1` or `/apis/batch/v1`.
        resource: Their plural, such as `jobs`.
    """

    api: KubernetesApi
    root: str
    namespace: str
    resource: str

    async def get(self, name: str) -> Object | None:
        """The object as it is now, from no cache; `None` if it is not there."""
        with asking(self._to("get")):
            try:
                return await self.api.call("GET", self._path(name))
            except Refusal as refusal:
                if refusal.status == HTTPStatus.NOT_FOUND:
                    return None
                raise

    async def list(self, selector: str) -> Sequence[Object]:
        """All that have the labels that *selector* asks for, in one version of the world."""
        with asking(self._to("list")):
            found: list[Object] = []
            query = [("labelSelector", selector), ("limit", str(_PAGE))]
            following = ""
            while True:
                more = [("continue", following)] if following else []
                page = await self.api.call("GET", self._path(), query=[*query, *more])
                found += page["items"]
                following = page["metadata"].get("continue", "")
                if not following:
                    return found

    async def create(self, manifest: Object) -> Object:
        """Make it.

        Raises:
            ConflictError: One of that name is there.
        """
        with asking(self._to("create")):
            return await self.api.call("POST", self._path(), manifest)

    async def replace(self, name: str, manifest: Object) -> Object:
        """Put *manifest*, which has a `resourceVersion`, in the place of that very version.

        Raises:
            ConflictError: Another version is there, or none.
        """
        with asking(self._to("update")):
            try:
                return await self.api.call("PUT", self._path(name), manifest)
            except Refusal as refusal:
                raise _absent_is_another(refusal) from refusal

    async def delete(self, name: str, **only: str) -> None:
        """Delete it and what it owns, and return at once.

        Args:
            name: Of the object.
            only: What it must still have: a `uid`, a `resourceVersion`. With any of them, an
                object that is gone is a conflict; without, it is no error.

        Raises:
            ConflictError: It has not.
        """
        with asking(self._to("delete")):
            try:
                await self.api.call("DELETE", self._path(name), deletion(**only))
            except Refusal as refusal:
                if only:
                    raise _absent_is_another(refusal) from refusal
                if refusal.status != HTTPStatus.NOT_FOUND:
                    raise

    def _path(self, name: str = "") -> str:
        path = f"{self.root}/namespaces/{self.namespace}/{self.resource}"
        return f"{path}/{name}" if name else path

    def _to(self, verb: str) -> str:
        return f"{verb} {self.resource} in the namespace {self.namespace}"


def _absent_is_another(refusal: Refusal) -> Refusal:
    if refusal.status != HTTPStatus.NOT_FOUND:
        return refusal
    return Refusal(HTTPStatus.CONFLICT, "Conflict", refusal.message)
