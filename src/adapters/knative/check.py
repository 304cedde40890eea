"""Whether Knative is installed, and the functions' Broker ready."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import attrs

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.sight import condition_of
from knative_lambda.adapters.kubernetes.api import KubernetesApi, Refusal
from knative_lambda.adapters.kubernetes.errors import Asked, meaning
from knative_lambda.adapters.kubernetes.kinds import BROKERS, SERVICES, TRIGGERS, Kind
from knative_lambda.ports.check import Check, Finding, broken, doubtful, fine

_BROKER: Final = "Broker"
_EVENTING: Final = "Knative Eventing"
_RELEASE: Final = "https://github.com/knative/{0}/releases/latest/download/{0}"
_APPLY: Final = f"kubectl apply --filename {_RELEASE}-crds.yaml --filename {_RELEASE}-core.yaml"
_PARTS: Final = (
    (
        "Knative Serving",
        (SERVICES,),
        f"{_APPLY.format('serving')}; and a network layer, such as Kourier",
    ),
    (
        _EVENTING,
        (TRIGGERS, BROKERS),
        f"{_APPLY.format('eventing')}; and its RabbitMQ Broker",
    ),
)


@attrs.frozen
class KnativeCheck(Check):
    """Asks which kinds there are, and for one Broker."""

    api: KubernetesApi
    place: Place

    @property
    def subject(self) -> str:
        """Knative."""
        return "Knative"

    async def findings(self) -> Sequence[Finding]:
        """What is installed; and if it can be, whether the Broker is ready."""
        found = [await self._part(*part) for part in _PARTS]
        if not found[-1].mend and await self._has_namespace():
            found.append(await self._broker())
        return found

    async def _part(self, name: str, wanted: Sequence[Kind], mend: str) -> Finding:
        root = wanted[0].root  # all are of one group
        try:
            known = {each["name"] for each in (await self.api.call("GET", root))["resources"]}
        except Refusal as refusal:
            if refusal.status != HTTPStatus.NOT_FOUND:
                raise meaning(refusal, Asked("get", root)) from refusal
            known = set()
        missing = ", ".join(str(each) for each in wanted if each.resource not in known)
        if missing:
            return broken(name, f"the cluster does not know {missing}", mend)
        return fine(name, "is installed")

    async def _has_namespace(self) -> bool:
        """Whether it can be: who may not see it looks all the same."""
        try:
            await self.api.call("GET", f"/api/v1/namespaces/{self.place.namespace}")
        except Refusal as refusal:
            return refusal.status != HTTPStatus.NOT_FOUND
        return True

    async def _broker(self) -> Finding:
        name, namespace = self.place.broker, self.place.namespace
        what = f"{name} in the namespace {namespace}"
        look = f"kubectl describe broker {name} --namespace {namespace}"
        try:
            found = await self.api.call("GET", BROKERS.path(namespace, name))
        except Refusal as refusal:
            if refusal.status == HTTPStatus.FORBIDDEN:
                return doubtful(
                    _BROKER, f"{what} cannot be seen from here", f"{look}, by somebody who may"
                )
            if refusal.status != HTTPStatus.NOT_FOUND:
                raise meaning(refusal, Asked("get", str(BROKERS), namespace, name)) from refusal
            mend = "kubectl apply --filename deploy/base/brokers.yaml; or name another: "
            return broken(_BROKER, f"{what} is not there", f"{mend}export KLB_BROKER=NAME")
        ready, message = condition_of(found, "it is being set up")
        if not ready:
            return broken(_BROKER, f"{what} is not ready: {message}", look)
        return fine(_BROKER, f"{what} is ready")
