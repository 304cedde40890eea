"""A cluster with a bucket and a registry, played as cheaply as can be; each answer takes 5 ms.

Its Jobs end well a second after they were made, and are gone. Tells its port, and runs until it is
ended; `/told` says what was made, and when, and `/log/` gives the logs of builds.
"""

import asyncio
import contextlib
import json
import selectors
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs
from aiohttp import web

from knative_lambda.domain import names

ANSWER: Final = 0.005  # seconds
_LASTS: Final = 1.0  # seconds, of a Job
_PAGE: Final = 1000  # keys of the bucket
_DIGEST: Final = f"sha256:{'a' * 64}"
# Without a length, who asked for the head of something were to end the connection.
_LASTING: Final = {"Content-Length": "0"}

Object = dict[str, Any]
_Answer = tuple[int, object]


def _refusal(code: int, reason: str, message: str) -> _Answer:
    told = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return code, {**told, "message": message, "reason": reason, "code": code}


@attrs.define
class Kubernetes:
    """Objects by kind and name; it admits all that is sent.

    Attributes:
        made: How often each was made, and when it last was, by kind and name.
        images: Those that Jobs push.
    """

    made: dict[str, dict[str, tuple[int, float]]] = attrs.field(factory=dict)
    images: set[str] = attrs.field(factory=set)
    _objects: dict[str, dict[str, Object]] = attrs.field(factory=dict)
    _version: int = 0

    def answer(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> _Answer:
        """Status and body."""
        kind, _, name = path.rpartition("/namespaces/")[2].partition("/")[2].partition("/")
        there = self._objects.setdefault(kind, {})
        match method:
            case "POST":
                return self._make(kind, json.loads(body))
            case "PUT":
                return self._replace(there, name, json.loads(body))
            case "GET" if not name:
                return 200, self._listed(list(there.values()), query)
            case _ if name not in there:
                return _refusal(404, "NotFound", f'{kind} "{name}" not found')
            case "PATCH":
                return 200, self._patched(there[name], json.loads(body))
        return 200, there[name] if method == "GET" else there.pop(name)

    def _listed(self, found: list[Object], query: Mapping[str, str]) -> Object:
        wanted = [pair.split("=", 1) for pair in query.get("labelSelector", "").split(",") if pair]
        chosen = [
            each
            for each in found
            if all(each["metadata"]["labels"].get(name) == value for name, value in wanted)
        ]
        first, limit = int(query.get("continue", 0)), int(query.get("limit", len(chosen)))
        following = str(first + limit) if first + limit < len(chosen) else ""
        metadata = {"resourceVersion": str(self._version), "continue": following}
        return {"metadata": metadata, "items": chosen[first : first + limit]}

    def _make(self, kind: str, made: Object) -> _Answer:
        name, there = made["metadata"]["name"], self._objects[kind]
        if name in there:
            return _refusal(409, "AlreadyExists", f'{kind} "{name}" already exists')
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self._version += 1
        made["metadata"] |= {
            "uid": f"uid-{self._version}",
            "resourceVersion": str(self._version),
            "creationTimestamp": now,
        }
        there[name] = made
        before, _ = self.made.setdefault(kind, {}).get(name, (0, 0.0))
        self.made[kind][name] = before + 1, time.monotonic() + ANSWER
        if kind == "jobs":
            self.images |= _pushed(made)
            asyncio.get_running_loop().call_later(_LASTS, there.pop, name, None)
        return 201, made

    def _replace(self, there: dict[str, Object], name: str, new: Object) -> _Answer:
        old = there[name]["metadata"]
        if new["metadata"]["resourceVersion"] != old["resourceVersion"]:
            return _refusal(409, "Conflict", f'"{name}": the object has been modified')
        self._version += 1
        new["metadata"] = {**old, **new["metadata"], "resourceVersion": str(self._version)}
        there[name] = new
        return 200, new

    def _patched(self, old: Object, steps: list[Object]) -> Object:
        """All its tests hold: nobody else writes here."""
        for step in steps:
            *path, last = step["path"].replace("~1", "\0").split("/")[1:]
            if step["op"] == "add":
                parent = old
                for name in path:
                    parent = parent[name.replace("\0", "/")]
                parent[last.replace("\0", "/")] = step["value"]
        self._version += 1
        old["metadata"]["resourceVersion"] = str(self._version)
        return old


def _pushed(job: Object) -> set[str]:
    spec = job["spec"]["template"]["spec"]
    every = [*spec["containers"], *spec.get("initContainers", ())]
    variables = [one for each in every for one in each.get("env", ())]
    return {one["value"].partition("/")[2] for one in variables if one["name"] == "IMAGE_URI"}


@attrs.define
class Bucket:
    """The keys that are there; of logs, what they hold."""

    keys: dict[str, int] = attrs.field(factory=dict)
    logs: dict[str, bytes] = attrs.field(factory=dict)

    def answer(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> _Answer:
        """Status and body."""
        key = path.split("/", 2)[2] if path.count("/") > 1 else ""
        match method:
            case "GET":
                return 200, self._listed(query.get("continuation-token", ""))
            case "PUT":
                self.keys[key] = len(body)
                if names.is_log(key):
                    self.logs[key] = body
                return 200, ""
            case "DELETE":
                self.keys.pop(key, None)
                return 204, ""
            case _:
                return (200 if key in self.keys else 404), ""

    def _listed(self, token: str) -> str:
        first = int(token or 0)
        keys = list(self.keys)[first : first + _PAGE]
        more = first + _PAGE < len(self.keys)
        since = f"<LastModified>{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
        told = [f"<Contents><Key>{key}</Key>{since}</Contents>" for key in keys]
        told.append(f"<IsTruncated>{str(more).lower()}</IsTruncated>")
        if more:
            told.append(f"<NextContinuationToken>{first + _PAGE}</NextContinuationToken>")
        return f"<ListBucketResult>{''.join(told)}</ListBucketResult>"


@attrs.define
class Answers:
    """To whoever asks, in 5 ms.

    Attributes:
        count: Of all answers.
        late: Seconds that they took besides, in all.
    """

    kubernetes: Kubernetes = attrs.field(factory=Kubernetes)
    bucket: Bucket = attrs.field(factory=Bucket)
    count: int = 0
    late: float = 0.0

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Whatever it is."""
        came, path = time.monotonic(), request.path
        if path == "/made":
            counts = {kind: len(each) for kind, each in self.kubernetes.made.items()}
            return web.json_response(counts)
        if path == "/told":
            made = self.kubernetes.made
            return web.json_response({"made": made, "count": self.count, "late": self.late})
        if path.startswith("/log/"):
            return web.Response(body=self.bucket.logs[path.removeprefix("/log/")])
        if "Expect" in request.headers:  # as S3's SDK asks before it sends
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        body = await request.read()
        response = self._response(request.method, path, request.query, body)
        await asyncio.sleep(max(0.0, came + ANSWER - time.monotonic()))
        self.count += 1
        self.late += time.monotonic() - came - ANSWER
        return response

    def _response(
        self, method: str, path: str, query: Mapping[str, str], body: bytes
    ) -> web.Response:
        if path.startswith("/api"):
            status, told = self.kubernetes.answer(method, path, query, body)
            return web.json_response(told, status=status)
        if path.startswith("/v2/"):
            image = path.removeprefix("/v2/").replace("/manifests/", ":")
            pushed = image in self.kubernetes.images
            headers = {"Docker-Content-Digest": _DIGEST, **_LASTING}
            return web.Response(status=200 if pushed else 404, headers=headers)
        status, told = self.bucket.answer(method, path, query, body)
        if method == "HEAD":
            return web.Response(status=status, headers=_LASTING)
        return web.Response(status=status, text=str(told), headers={"ETag": '"0"'})


async def main() -> None:
    """Listen."""
    runner = web.ServerRunner(web.Server(Answers().answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _precise() -> asyncio.AbstractEventLoop:
    """A loop that waits to the microsecond: others round up to the next millisecond."""
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=_precise) as loop, contextlib.suppress(KeyboardInterrupt):
        loop.run(main())
