"""Knative's admission webhooks: what they fill in, and what they deny."""

from typing import Any, Final

import attrs
from support.kubernetes import admission, statuses
from support.kubernetes.requests import Asked
from support.kubernetes.resources import Object

_GROUPS: Final = {
    "serving.knative.dev": "serving.knative.dev",
    "eventing.knative.dev": "eventing.knative.dev",
    "sources.knative.dev": "eventing.knative.dev",
}
_FIXED: Final = {
    "Trigger": ("broker", "filter"),
    "Broker": ("config", "delivery"),
    "RabbitmqBrokerConfig": ("rabbitmqClusterReference", "queueType", "vhost"),
    "RabbitmqSource": (
        "rabbitmqClusterReference",
        "rabbitmqResourcesConfig",
        "delivery",
        "sink",
        "serviceAccountName",
    ),
}
# Seconds, as Knative is configured by itself.
_TIMEOUT: Final = 300
_RESPONSE_START: Final = 300  # the first byte of an answer
_CLASS: Final = "eventing.knative.dev/broker.class"


@attrs.define(eq=False)
class Webhooks:
    """Of serving and eventing.

    Attributes:
        down: Whether they do not answer; whatever they would look at then fails.
        denial: Why they deny everything; empty if they do not.
    """

    down: bool = False
    denial: str = ""

    def look_at(self, asked: Asked, new: Object, before: Object | None) -> None:
        """Fill in what is left open, and let it through.

        Raises:
            Refused: They deny it, or do not answer.
        """
        group = _GROUPS.get(asked.resource.group)
        if group is None or asked.subresource:
            return
        hook = f"webhook.{group}"
        if self.down:
            where = f"https://webhook.knative-{group.partition('.')[0]}.svc:443/defaulting"
            raise statuses.internal(
                f'Internal error occurred: failed calling webhook "{hook}": failed to call webhook:'
                f' Post "{where}?timeout=10s": context deadline exceeded'
            )
        if self.denial:
            raise statuses.denied(f"validation.{hook}", self.denial)
        _sign(asked, new, before)
        _fill_in(new)
        if problems := [*admission.problems(new), *_immutable(asked, new, before)]:
            raise statuses.denied(
                f"validation.{hook}", f"validation failed: {chr(10).join(problems)}"
            )


def _sign(asked: Asked, new: Object, before: Object | None) -> None:
    """Who made it, and who last changed what it asks for."""
    annotations = new["metadata"].get("annotations") or {}
    group = asked.resource.group
    if before is None:
        annotations[f"{group}/creator"] = asked.user
        annotations[f"{group}/lastModifier"] = asked.user
    elif new.get("spec") != before.get("spec"):
        annotations[f"{group}/lastModifier"] = asked.user
    if annotations:
        new["metadata"]["annotations"] = annotations


def _immutable(asked: Asked, new: Object, before: Object | None) -> list[str]:
    if before is None:
        return []
    found = []
    now, then = (each["metadata"].get("annotations") or {} for each in (new, before))
    if asked.resource.group == "serving.knative.dev":
        signed = ["creator"] if new["spec"] != before["spec"] else ["creator", "lastModifier"]
        found = [
            f"annotation value is immutable: metadata.annotations.serving.knative.dev/{name}"
            for name in signed
            if now.get(f"serving.knative.dev/{name}") != then.get(f"serving.knative.dev/{name}")
        ]
    for name in _FIXED.get(new["kind"], ()):
        if new["spec"].get(name) != before["spec"].get(name):
            found.append(f"Immutable fields changed (-old +new): spec.{name}")
    if new["kind"] == "Broker" and now.get(_CLASS) != then.get(_CLASS):
        found.append(f"Immutable fields changed (-old +new): annotation {_CLASS}")
    return found


def _fill_in(new: Object) -> None:
    spec = new.get("spec")
    if not isinstance(spec, dict):
        return
    if (new["apiVersion"], new["kind"]) == ("serving.knative.dev/v1", "Service"):
        spec.setdefault("traffic", [{"latestRevision": True, "percent": 100}])
        template = spec.get("template") or {}
        _revision(template.get("spec") or {})
    if new["kind"] == "Trigger":
        spec.setdefault("filter", {})
        ref = (spec.get("subscriber") or {}).get("ref")
        if ref:
            ref.setdefault("namespace", new["metadata"]["namespace"])
        if spec.get("broker"):
            labels = new["metadata"].setdefault("labels", {})
            labels.setdefault("eventing.knative.dev/broker", spec["broker"])


def _revision(spec: dict[str, Any]) -> None:
    spec.setdefault("containerConcurrency", 0)
    spec["timeoutSeconds"] = spec.get("timeoutSeconds") or _TIMEOUT
    if spec["timeoutSeconds"] > _RESPONSE_START:
        spec.setdefault("responseStartTimeoutSeconds", _RESPONSE_START)
    spec.setdefault("enableServiceLinks", False)
    for number, container in enumerate(spec.get("containers") or []):
        container.setdefault("name", f"user-container{f'-{number}' if number else ''}")
        container.setdefault("resources", {})
        for port in container.get("ports") or []:
            port.setdefault("name", "http1")
            port.setdefault("protocol", "TCP")
        if not number:
            _probe(container.setdefault("readinessProbe", {}))


def _probe(probe: dict[str, Any]) -> None:
    if not {"httpGet", "tcpSocket", "exec", "grpc"} & set(probe):
        probe["tcpSocket"] = {"port": 0}
    probe.setdefault("successThreshold", 1)
    if "httpGet" in probe:
        probe["httpGet"].setdefault("port", 0)
