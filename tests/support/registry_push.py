"""Pushes to a registry as a builder does: by its API, past the adapters."""

import hashlib
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp
import attrs
from support.registry import BASIC, Mode, RegistryServer
from support.registry_tokens import TokenServer
from yarl import URL

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"

_CONFIG = {
    MANIFEST: "application/vnd.oci.image.config.v1+json",
    DOCKER_MANIFEST: "application/vnd.docker.container.image.v1+json",
}


@attrs.define(eq=False)
class Pusher:
    """A builder with all rights; connected while it is entered."""

    server: RegistryServer
    tokens: TokenServer
    _session: aiohttp.ClientSession = attrs.field(init=False)

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(ssl=self.server.trust)
        self._session = aiohttp.ClientSession(connector=connector)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def image(self, repository: str, tag: str, content: bytes, kind: str = MANIFEST) -> str:
        """Push an image of one layer, which is *content*; its digest."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": await self._blob(repository, b"{}", _CONFIG[kind]),
            "layers": [
                await self._blob(repository, content, "application/vnd.oci.image.layer.v1.tar")
            ],
        }
        return await self.manifest(repository, tag, manifest)

    async def index(self, repository: str, tag: str, *contents: bytes, kind: str = INDEX) -> str:
        """Push an index of images, each for a platform of its own; its digest."""
        members = []
        for number, content in enumerate(contents):
            inner = MANIFEST if kind == INDEX else DOCKER_MANIFEST
            digest = await self.image(repository, f"{tag}-{number}", content, inner)
            found = await self._ask("GET", f"{repository}/manifests/{digest}", repository)
            platform = {"os": "linux", "architecture": ("amd64", "arm64")[number]}
            members.append(
                {"mediaType": inner, "digest": digest, "size": len(found), "platform": platform}
            )
        index = {"schemaVersion": 2, "mediaType": kind, "manifests": members}
        return await self.manifest(repository, tag, index)

    async def manifest(self, repository: str, tag: str, manifest: Mapping[str, Any]) -> str:
        """Push *manifest*, and let *tag* be its tag; its digest."""
        body = json.dumps(manifest).encode()
        path = f"{repository}/manifests/{tag}"
        await self._ask("PUT", path, repository, body, manifest["mediaType"])
        return f"sha256:{hashlib.sha256(body).hexdigest()}"

    async def has(self, repository: str, tag: str) -> bool:
        """Whether *tag* is there."""
        response = await self._respond("HEAD", f"{repository}/manifests/{tag}", repository)
        return response.status == 200

    async def takes(self, repository: str) -> bool:
        """Whether *repository* would take a push."""
        response = await self._respond("POST", f"{repository}/blobs/uploads/", repository)
        return response.status == 202

    async def repositories(self) -> set[str]:
        """Those with something in them."""
        found = json.loads(await self._ask("GET", "_catalog", ""))
        return set(found["repositories"])

    async def _blob(self, repository: str, content: bytes, kind: str) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        started = await self._respond("POST", f"{repository}/blobs/uploads/", repository)
        url = URL(started.headers["Location"]).update_query(digest=digest)
        await self._ask("PUT", url, repository, content, "application/octet-stream")
        return {"mediaType": kind, "digest": digest, "size": len(content)}

    async def _ask(
        self, method: str, path: str | URL, repository: str, body: bytes = b"", kind: str = ""
    ) -> bytes:
        response = await self._respond(method, path, repository, body, kind)
        assert response.ok, (response.status, await response.text())
        return await response.read()

    async def _respond(
        self, method: str, path: str | URL, repository: str, body: bytes = b"", kind: str = ""
    ) -> aiohttp.ClientResponse:
        url = URL(f"{self.server.scheme}://{self.server.host}/v2/").join(URL(path))
        headers = {"Content-Type": kind} if kind else {"Accept": f"{MANIFEST}, {DOCKER_MANIFEST}"}
        response = await self._session.request(
            method, url, data=body, headers=headers | self._shown(repository)
        )
        await response.read()
        return response

    def _shown(self, repository: str) -> dict[str, str]:
        match self.server.mode:
            case Mode.BASIC:
                return {"Authorization": BASIC}
            case Mode.BEARER:
                scope = f"repository:{repository}:pull,push" if repository else "registry:catalog:*"
                return {"Authorization": f"Bearer {self.tokens.token(scope)}"}
            case Mode.OPEN:
                return {}
