"""Logs of builds in a cluster: what Kaniko writes in a Job's pod."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from http import HTTPStatus
from typing import Final

import attrs

from knative_lambda.adapters.kubernetes.api import Refusal, StreamingApi
from knative_lambda.adapters.kubernetes.errors import Asked, meaning
from knative_lambda.adapters.kubernetes.kinds import PODS
from knative_lambda.adapters.kubernetes.objects import Object, Objects
from knative_lambda.adapters.kubernetes.pod_reading import read_pod
from knative_lambda.domain import labels
from knative_lambda.domain.pod import KANIKO
from knative_lambda.ports.build_logs import BuildLogs

_QUIET: Final = 3600.0  # seconds in which a build may write nothing
_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST})


@attrs.frozen
class KanikoBuildLogs(BuildLogs):
    """A Job's pod is found by its labels; with it goes its log.

    Attributes:
        namespace: That of the builds.
    """

    api: StreamingApi
    namespace: str

    async def open(self, job: str, *, follow: bool) -> AsyncIterator[bytes] | None:
        """A call for the pod, and one for its log, which is made when it is read.

        Raises:
            SetupError: One may not be read.
            TransientError: The API cannot be reached.
        """
        pods = Objects(self.api, PODS, self.namespace)
        ours = {labels.MANAGED_BY: labels.MANAGER, labels.NAME: job}
        begun = [pod for pod in await pods.list(ours) if _has_begun(pod)]
        return self._read(_newest(begun), follow=follow) if begun else None

    async def _read(self, pod: str, *, follow: bool) -> AsyncIterator[bytes]:
        path = f"{PODS.path(self.namespace, pod)}/log"
        query = [("container", KANIKO), *([("follow", "true")] if follow else [])]
        try:
            async with aclosing(self.api.stream(path, query, _QUIET)) as pieces:
                async for piece in pieces:
                    yield piece
        except Refusal as refusal:
            if refusal.status not in _ABSENT:  # else it went in between, and its log with it
                asked = Asked("get", "pods/log", self.namespace, pod)
                raise meaning(refusal, asked) from refusal


def _has_begun(pod: Object) -> bool:
    kaniko = read_pod(pod).containers.get(KANIKO)
    return kaniko is not None and (kaniko.running or kaniko.exit_code is not None)


def _newest(pods: Sequence[Object]) -> str:
    """A Job has one pod; another takes its place if a node is lost."""
    newest = max(pods, key=lambda pod: str(pod["metadata"].get("creationTimestamp", "")))
    return str(newest["metadata"]["name"])
