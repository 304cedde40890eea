"""A bare HTTP client of a Kubernetes API, which hides nothing."""

import io
import json
from typing import Any, Final

import aiohttp
import attrs

JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"
STRATEGIC_PATCH: Final = "application/strategic-merge-patch+json"
APPLY: Final = "application/apply-patch+yaml"


@attrs.frozen
class Answer:
    """What the API said.

    Attributes:
        body: An object, or a Status.
    """

    status: int
    body: Any

    @property
    def said(self) -> tuple[int, str]:
        """Its status, and the reason that a Status gives."""
        return self.status, self.body.get("reason", "")


@attrs.frozen
class Client:
    """Signed in to one API.

    Attributes:
        namespace: For its user's objects; empty when it begins.
    """

    session: aiohttp.ClientSession
    url: str
    namespace: str

    def path(self, resource: str, name: str = "") -> str:
        """Where objects of the client's namespace lie: `configmaps`, `batch/v1/jobs`."""
        *group, plural = resource.split("/")
        root = "/".join(["apis", *group]) if group else "api/v1"
        return f"/{root}/namespaces/{self.namespace}/{plural}" + (f"/{name}" if name else "")

    async def call(
        self, method: str, path: str, body: object = None, kind: object = "", **query: object
    ) -> Answer:
        """Ask; *kind* is the body's content type, JSON by default."""
        response = await self.session.request(
            method,
            self.url + path,
            data=None if body is None else io.BytesIO(json.dumps(body).encode()),
            headers={"Content-Type": str(kind or "application/json")},
            params={name: str(value) for name, value in query.items()},
        )
        return Answer(response.status, await response.json())

    async def create(self, resource: str, body: dict[str, Any], **query: object) -> Answer:
        """POST it."""
        return await self.call("POST", self.path(resource), body, **query)

    async def get(self, resource: str, name: str) -> Answer:
        """GET it."""
        return await self.call("GET", self.path(resource, name))

    async def update(self, resource: str, body: dict[str, Any], **query: object) -> Answer:
        """PUT it."""
        path = self.path(resource, body["metadata"]["name"])
        return await self.call("PUT", path, body, **query)

    async def patch(
        self, resource: str, name: str, body: object, kind: str = MERGE_PATCH, **query: object
    ) -> Answer:
        """PATCH it."""
        return await self.call("PATCH", self.path(resource, name), body, kind, **query)

    async def apply(
        self, resource: str, body: dict[str, Any], manager: str = "tests", **query: object
    ) -> Answer:
        """Apply it."""
        name, more = body["metadata"]["name"], {"fieldManager": manager, **query}
        return await self.patch(resource, name, body, APPLY, **more)

    async def delete(self, resource: str, name: str, options: object = None) -> Answer:
        """DELETE it."""
        return await self.call("DELETE", self.path(resource, name), options)

    async def listed(self, resource: str, **query: object) -> Answer:
        """GET all."""
        return await self.call("GET", self.path(resource), **query)

    async def names(self, resource: str, **query: object) -> list[str]:
        """Those of the objects that a list gives."""
        items = (await self.listed(resource, **query)).body["items"]
        return [each["metadata"]["name"] for each in items]
