"""Knative's controllers, as far as a test tells them: which Services become ready."""

from typing import Any

import attrs
from support.kubernetes import resources
from support.kubernetes.resources import Object
from support.kubernetes.store import Store, instant

_SERVICES = resources.named("services.serving.knative.dev")


@attrs.frozen
class Knative:
    """Writes the status of Knative's objects.

    Attributes:
        namespace: Where they are looked for when nothing else is said.
    """

    store: Store
    namespace: str

    def ready(self, name: str, namespace: str | None = None) -> Object:
        """The Service has a revision that serves."""
        return self._write(name, namespace, {"status": "True"})

    def failing(self, name: str, message: str, namespace: str | None = None) -> Object:
        """Its newest revision does not come up; an older one, if it has any, serves on."""
        why = {"status": "False", "reason": "RevisionFailed", "message": message}
        return self._write(name, namespace, why)

    def _write(self, name: str, namespace: str | None, ready: dict[str, Any]) -> Object:
        address = (_SERVICES, namespace or self.namespace, name)
        service = self.store.get(address)
        if service is None:
            raise KeyError(f"there is no Service {name} in {address[1]}")
        status = dict(service.get("status") or {})
        generation = service["metadata"]["generation"]
        revision = f"{name}-{generation:05}"
        url = f"http://{name}.{address[1]}.example.com"
        status |= {
            "observedGeneration": generation,
            "latestCreatedRevisionName": revision,
            "conditions": [
                {"type": kind, "lastTransitionTime": instant(self.store.clock()), **ready}
                for kind in ("ConfigurationsReady", "Ready", "RoutesReady")
            ],
        }
        if ready["status"] == "True":
            status |= {
                "latestReadyRevisionName": revision,
                "url": url,
                "address": {"url": f"http://{name}.{address[1]}.svc.cluster.local"},
                "traffic": [{"revisionName": revision, "latestRevision": True, "percent": 100}],
            }
        service["status"] = status
        return self.store.replace(address, service)
