"""Whether there is a cluster, new enough, and with the same time."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import attrs

from knative_lambda.adapters.clock_skew import clock_finding
from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.check import Check, Finding, broken, fine

_CLUSTER: Final = "cluster"
_LEAST: Final = (1, 29)  # sidecars that end with their pods
_VERSION: Final = re.compile(r"v?(\d+)\.(\d+)")
_SIGN_IN: Final = "export KUBECONFIG=/path/to/config, with which this works: kubectl auth whoami"


@attrs.frozen
class ClusterCheck(Check):
    """Asks the API for what everybody may ask.

    Attributes:
        now: UTC nanoseconds since 1970.
    """

    api: KubernetesClient
    now: Callable[[], int]

    @property
    def subject(self) -> str:
        """The cluster."""
        return _CLUSTER

    async def findings(self) -> Sequence[Finding]:
        """Whether it answers, how new it is, and what time it has."""
        try:
            said = await self.api.call("GET", "/version")
            date = await self.api.date()
        except Refusal as refusal:
            told = f"the Kubernetes API does not know who asks: {refusal}"
            return [broken(_CLUSTER, told, _SIGN_IN)]
        except BuilderError as error:
            return [broken(_CLUSTER, str(error), _SIGN_IN)]
        version = str(said.get("gitVersion", ""))
        return [_new_enough(version), clock_finding("the Kubernetes API", date, self.now)]


def _new_enough(version: str) -> Finding:
    match = _VERSION.match(version)
    if match is None:
        return broken(_CLUSTER, f"what answers is no Kubernetes API: {version!r}", _SIGN_IN)
    if (int(match[1]), int(match[2])) < _LEAST:
        least = ".".join(map(str, _LEAST))
        return broken(
            _CLUSTER,
            f"Kubernetes {version} is too old: it must be {least} or newer",
            f"upgrade the cluster: kubeadm upgrade apply v{least}.0, or what your provider has",
        )
    return fine(_CLUSTER, f"Kubernetes {version} is there")
