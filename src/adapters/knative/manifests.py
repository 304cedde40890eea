"""The objects that serve a function: from a spec to what Kubernetes is told."""

from typing import Final

import attrs

from knative_lambda.adapters.knative import delivery
from knative_lambda.adapters.knative.environment import variables
from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.templates.templates import Manifest
from knative_lambda.domain import labels
from knative_lambda.domain.request import FunctionConfig, Resources
from knative_lambda.ports.service_deployer import Service, ServiceSpec

COMPONENT: Final = "function"
_PROBED_EVERY: Final = 10  # seconds, as in the template
_PROBES_TO_SPARE: Final = 3


@attrs.frozen
class Manifests:
    """Renders the templates.

    Whatever a template gives, it gets its name, the function's labels, and the key of what is
    desired: by these our objects are found and fenced.
    """

    place: Place

    def service(self, spec: ServiceSpec) -> Manifest:
        """What serves the image."""
        of_build = {labels.BUILD: spec.build_id}
        rendered = self.place.templates.manifest(
            "service.yaml.j2",
            name=spec.name,
            image=spec.image,
            labels=labels.of_function(spec.function, spec.name, COMPONENT) | of_build,
            pull_secret=self.place.pull_secret,
            env=variables(spec),
            env_from=[{"secretRef": {"name": name}} for name in spec.config.secrets],
            **_amounts(spec.config.resources),
            **_bounds(spec.config),
        )
        named = self._named(rendered, spec, spec.name)
        named["metadata"]["labels"] |= of_build
        return named

    def service_account(self, spec: ServiceSpec, owner: Service) -> Manifest:
        """What the function runs as."""
        rendered = self.place.templates.manifest("serviceaccount.yaml.j2", name=spec.name)
        return _owned(self._named(rendered, spec, spec.name), owner)

    def trigger(
        self, spec: ServiceSpec, owner: Service, name: str, attributes: tuple[tuple[str, str], ...]
    ) -> Manifest:
        """What leads events with these *attributes* to it."""
        rendered = self.place.templates.manifest(
            "trigger.yaml.j2",
            broker=self.place.broker,
            attributes=dict(attributes),
            service=spec.name,
            dead_letter_sink=self.place.dead_letter_sink,
            parallelism=str(delivery.at_once(spec.config.scaling)),
            retries=delivery.retries(spec.config.timeout_seconds),
        )
        return _owned(self._named(rendered, spec, name), owner)

    def _named(self, manifest: Manifest, spec: ServiceSpec, name: str) -> Manifest:
        metadata = manifest.setdefault("metadata", {})
        metadata |= {"name": name, "namespace": self.place.namespace}
        own = labels.of_function(spec.function, name, COMPONENT)
        metadata["labels"] = {**metadata.get("labels", {}), **own}
        key = {labels.KEY: labels.dump_key(spec.key)}
        metadata["annotations"] = {**metadata.get("annotations", {}), **key}
        return manifest


def _owned(manifest: Manifest, owner: Service) -> Manifest:
    reference = {"apiVersion": "serving.knative.dev/v1", "kind": "Service"}
    reference |= {"name": owner.name, "uid": owner.uid}
    manifest["metadata"]["ownerReferences"] = [reference]
    return manifest


def _amounts(resources: Resources) -> dict[str, object]:
    return {
        "requests": {"cpu": resources.cpu_request, "memory": resources.memory_request},
        "limits": {"cpu": resources.cpu_limit, "memory": resources.memory_limit},
    }


def _bounds(config: FunctionConfig) -> dict[str, object]:
    scaling = config.scaling
    return {
        "min_scale": str(scaling.minimum),
        "max_scale": str(scaling.maximum),
        "target": str(scaling.target),
        "concurrency": scaling.concurrency,
        "timeout_seconds": config.timeout_seconds,
        "hung_after": config.timeout_seconds // _PROBED_EVERY + _PROBES_TO_SPARE,
    }
