"""A sidecar's own pod, as its cluster shows it."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, Final

import attrs
import structlog

from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.adapters.kubernetes.errors import Asked, meaning
from knative_lambda.adapters.kubernetes.kinds import PODS
from knative_lambda.adapters.kubernetes.objects import Objects
from knative_lambda.adapters.kubernetes.pod_reading import read_pod
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.log_lines import LogLines
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.pod import KANIKO, PodStatus
from knative_lambda.ports.own_pod import OwnPod

_WATCHED: Final = 240  # seconds of a watch
_SILENT: Final = 300.0  # seconds that a watch, or a log, may be silent before it is opened anew
_SOON: Final = 1.0  # seconds between two looks where one may not watch, and two tries at a log
_LONGEST: Final = 8 << 20  # bytes of one change

_log = structlog.get_logger()


@attrs.define(eq=False)
class ClusterPod(OwnPod):
    """Asks by GET alone if it may not watch."""

    client: PodClient
    namespace: str
    name: str
    _version: str = attrs.field(default="", init=False)

    async def look(self) -> PodStatus | None:
        """One call.

        Raises:
            SetupError: It may not be looked at.
            TransientError: The API cannot be reached.
        """
        pods = Objects(self.client, PODS, self.namespace)
        found = await pods.get(self.name)
        if found is None:
            return None
        self._version = found["metadata"]["resourceVersion"]
        return read_pod(found)

    async def changes(self) -> AsyncIterator[PodStatus]:
        """A watch from the version that was looked at; some minutes at most.

        Raises:
            SetupError: It may not be looked at.
            TransientError: The API cannot be reached, or no longer.
        """
        query = [
            ("watch", "true"),
            ("fieldSelector", f"metadata.name={self.name}"),
            ("resourceVersion", self._version),
            ("timeoutSeconds", str(_WATCHED)),
        ]
        path = PODS.path(self.namespace)
        try:
            async for line in _lines(self.client.stream(path, query, _SILENT)):
                kind, found = _event(line)
                if kind not in ("ADDED", "MODIFIED"):
                    # It is gone; or the version is too old, which who looks again will mend.
                    _log.debug("watch.ended", kind=kind, code=found.get("code"))
                    return
                yield read_pod(found)
        except Refusal as refusal:
            if refusal.status != HTTPStatus.FORBIDDEN:
                raise meaning(refusal, Asked("watch", "pods", self.namespace)) from refusal
            _log.debug("watch.forbidden")
        else:
            return
        async for pod in self._polled():
            yield pod

    async def log(self) -> AsyncIterator[bytes]:
        """Followed over as many connections as it takes; what was written is not lost with one.

        Raises:
            SetupError: It may not be read.
        """
        lines, is_over = LogLines(), False
        path = f"{PODS.path(self.namespace, self.name)}/log"
        while True:
            since = lines.since()
            query = [("container", KANIKO), ("follow", "true"), ("timestamps", "true")]
            query += [("sinceTime", since)] if since is not None else []
            lines.begin()
            whole = False
            try:
                async for piece in self.client.stream(path, query, _SILENT):
                    if new := lines.feed(piece):
                        yield new
                whole = True
                if new := lines.end():
                    yield new
            except Refusal as refusal:
                whole = self._is_final(refusal)
            except TransientError as error:
                _log.debug("log.lost", error=str(error))
            # What was read before all was over may not be all: so it is read to its end once more.
            if whole and is_over:
                return
            is_over, was_over = await self._is_over(), is_over
            if was_over or not is_over:
                await asyncio.sleep(_SOON)

    async def _polled(self) -> AsyncIterator[PodStatus]:
        seen = self._version
        while True:
            await asyncio.sleep(_SOON)
            pod = await self.look()
            if pod is None:
                return
            if seen != self._version:
                seen = self._version
                yield pod

    async def _is_over(self) -> bool:
        """Whether Kaniko will write nothing more."""
        try:
            pod = await self.look()
        except TransientError:
            return False
        if pod is None or pod.phase in ("Succeeded", "Failed"):
            return True
        kaniko = pod.containers.get(KANIKO)
        return kaniko is not None and kaniko.exit_code is not None

    def _is_final(self, refusal: Refusal) -> bool:
        """Whether a log refused so may be all there is; else it is to be asked for again."""
        error = meaning(refusal, Asked("get", "pods/log", self.namespace, self.name))
        if isinstance(error, TransientError):
            return False
        if refusal.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
            return True  # Kaniko has not started, or never will
        raise error from refusal


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST:
            raise TransientError("the Kubernetes API sends a change that does not end")
        for line in lines:
            yield line


def _event(line: bytes) -> tuple[str, dict[str, Any]]:
    try:
        told = json.loads(line)
        return told["type"], told["object"]
    except (ValueError, KeyError, TypeError):
        broken = TransientError("the Kubernetes API sends a change that cannot be read")
    raise broken  # not raised from: that error holds what was sent
