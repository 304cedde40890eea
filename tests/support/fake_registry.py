"""A registry in this process, which keeps what is pushed, and misbehaves as a test says."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Final

import attrs
from aiohttp import web

_PATH: Final = re.compile(r"/v2/(?P<name>.+?)/(?P<kind>blobs/uploads|blobs|manifests)/(?P<rest>.*)")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


def named(content: bytes) -> str:
    """The digest of *content*."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@attrs.define(eq=False)
class FakeRegistry:
    """Answers a `Script`.

    Attributes:
        blobs: By repository and digest.
        manifests: By repository, and tag or digest: media type and content.
        uploads: What has come of each that goes on.
        instead: What is answered first, each once, to requests of that method whose path has that
            part; a handler that gives `None` lets the request go on.
        mounts: Whether it does.
        kept: What is answered when a tag that is there is written again; `None`: it is.
        refers: Whether it lists what refers to an image.
        locations: What is made of the path at which an upload goes on.
        least: Bytes that a chunk must have, as it tells.
        cancelled: Uploads that were.
    """

    blobs: dict[tuple[str, str], bytes] = attrs.field(factory=dict)
    manifests: dict[tuple[str, str], tuple[str, bytes]] = attrs.field(factory=dict)
    uploads: dict[str, bytearray] = attrs.field(factory=dict)
    instead: list[tuple[str, str, Handler]] = attrs.field(factory=list)
    mounts: bool = True
    kept: Handler | None = None
    refers: bool = True
    locations: Callable[[str], str] = str
    least: int = 0
    cancelled: list[str] = attrs.field(factory=list)

    def first(self, method: str, part: str, *handlers: Handler) -> None:
        """Let *handlers* answer, in their order, requests of that kind."""
        self.instead.extend((method, part, handler) for handler in handlers)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        for planned in self.instead:
            method, part, handler = planned
            if method == request.method and part in request.path_qs:
                self.instead.remove(planned)
                if (answer := await handler(request)) is not None:
                    return answer
                break
        match = _PATH.fullmatch(request.path)
        assert match is not None, request.path
        name, kind, rest = match["name"], match["kind"], match["rest"]
        if kind == "blobs":
            return self._blob(name, rest)
        if kind == "manifests":
            return await self._manifest(request, name, rest)
        return await self._upload(request, name, rest)

    def _blob(self, name: str, digest: str) -> web.Response:
        content = self.blobs.get((name, digest))
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _manifest(
        self, request: web.Request, name: str, reference: str
    ) -> web.StreamResponse:
        there = self.manifests.get((name, reference))
        if request.method != "PUT":
            if there is None:
                return error(404, "MANIFEST_UNKNOWN")
            headers = {"Content-Type": there[0], "Docker-Content-Digest": named(there[1])}
            return web.Response(body=there[1], headers=headers)
        if there is not None and self.kept is not None and (answer := await self.kept(request)):
            return answer
        body = await request.content.read()
        written = (request.content_type, body)
        self.manifests[name, reference] = self.manifests[name, named(body)] = written
        headers = {"Docker-Content-Digest": named(body)}
        subject = json.loads(body).get("subject")
        if self.refers and subject is not None:
            headers["OCI-Subject"] = subject["digest"]
        return web.Response(status=201, headers=headers)

    async def _upload(self, request: web.Request, name: str, number: str) -> web.Response:
        if request.method == "POST":
            return self._begin(request, name)
        if number not in self.uploads:
            return error(404, "BLOB_UPLOAD_UNKNOWN")
        if request.method == "DELETE":
            del self.uploads[number]
            self.cancelled.append(number)
            return web.Response(status=204)
        if request.method == "GET":
            return web.Response(status=204, headers=self._headers(name, number))
        return await self._sent(request, name, number)

    async def _sent(self, request: web.Request, name: str, number: str) -> web.Response:
        content = self.uploads[number]
        start = int(request.headers.get("Content-Range", "0").partition("-")[0])
        if request.content_length and start != len(content):
            return error(416, "BLOB_UPLOAD_INVALID")
        content += await request.content.read()
        if request.method == "PATCH":
            return web.Response(status=202, headers=self._headers(name, number))
        del self.uploads[number]
        digest = named(bytes(content))
        if digest != request.query["digest"]:
            return error(400, "DIGEST_INVALID")
        self.blobs[name, digest] = bytes(content)
        return web.Response(status=201, headers={"Docker-Content-Digest": digest})

    def _begin(self, request: web.Request, name: str) -> web.Response:
        mounted = self.blobs.get((request.query.get("from", ""), request.query.get("mount", "")))
        if self.mounts and mounted is not None:
            self.blobs[name, named(mounted)] = mounted
            return web.Response(status=201)
        number = str(len(self.uploads) + len(self.blobs) + len(self.cancelled))
        self.uploads[number] = bytearray()
        headers = self._headers(name, number)
        if self.least:
            headers["OCI-Chunk-Min-Length"] = str(self.least)
        return web.Response(status=202, headers=headers)

    def _headers(self, name: str, number: str) -> dict[str, str]:
        there = f"/v2/{name}/blobs/uploads/{number}?_state=a%3D%2Bb"
        last = max(len(self.uploads[number]) - 1, 0)
        return {"Location": self.locations(there), "Range": f"0-{last}"}


def error(status: int, *codes: str, **headers: str) -> web.Response:
    """What registries answer to what they do not like."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"errors": [{"code": code, "message": "hidden"} for code in codes]}
    return web.json_response(body, status=status, headers=told)


def answering(status: int, *codes: str, **headers: str) -> Handler:
    """The same each time."""

    async def answer(_request: web.Request) -> web.Response:
        return error(status, *codes, **headers)

    return answer


def cutting(registry: FakeRegistry, after: int) -> Handler:
    """Takes so many bytes of what is sent, and ends the connection."""

    async def answer(request: web.Request) -> web.Response:
        content = await request.content.readexactly(after)
        number = request.path.rpartition("/")[2]
        if number in registry.uploads:
            registry.uploads[number] += content
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return answer
