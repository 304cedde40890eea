"""What Knative asks of a Service beyond the shape of its fields."""

from collections.abc import Iterator
from typing import Final

from support.kubernetes import pod_rules
from support.kubernetes.resources import Object

_SCALING: Final = "autoscaling.knative.dev/"


def problems(service: Object) -> list[str]:
    """What speaks against *service*."""
    template = service["spec"]["template"]
    spec = template["spec"]
    found = pod_rules.problems(spec, "spec.template.spec")
    annotations = (template.get("metadata") or {}).get("annotations") or {}
    found += _scaling(annotations)
    found += _volumes(spec)
    found += _times(spec)
    name = (template.get("metadata") or {}).get("name")
    if name and not name.startswith(f"{service['metadata']['name']}-"):
        found.append(
            f"spec.template.metadata.name: {name!r} must have the Service's name as prefix"
        )
    with_ports = [each for each in spec["containers"] if each.get("ports")]
    if len(spec["containers"]) > 1 and len(with_ports) != 1:
        found.append("spec.template.spec.containers: exactly one container may have ports")
    return found


def _scaling(annotations: Object) -> Iterator[str]:
    least = _number(annotations, "min-scale", "minScale")
    most = _number(annotations, "max-scale", "maxScale")
    if most and least > most:
        yield f"spec.template.metadata.annotations: max-scale={most} is less than min-scale={least}"
    first = _number(annotations, "initial-scale", "initialScale")
    if most and first > most:
        yield f"spec.template.metadata.annotations: max-scale={most} is less than initial-scale"
    by_pods = annotations.get(f"{_SCALING}class", "kpa.autoscaling.knative.dev").startswith("kpa")
    if by_pods and annotations.get(f"{_SCALING}metric", "concurrency") not in (
        "concurrency",
        "rps",
    ):
        yield f"spec.template.metadata.annotations: {_SCALING}metric: not one that kpa has"


def _number(annotations: Object, *names: str) -> int:
    return next((int(annotations[_SCALING + n]) for n in names if _SCALING + n in annotations), 0)


def _volumes(spec: Object) -> Iterator[str]:
    listed = [mount for each in spec["containers"] for mount in each.get("volumeMounts") or []]
    mounted = {mount["name"] for mount in listed}
    for number, volume in enumerate(spec.get("volumes") or []):
        if volume["name"] not in mounted:
            yield f"spec.template.spec.volumes[{number}].name: {volume['name']!r} is not mounted"


def _times(spec: Object) -> Iterator[str]:
    whole = spec.get("timeoutSeconds") or 300
    for name in ("responseStartTimeoutSeconds", "idleTimeoutSeconds"):
        if spec.get(name, 0) > whole:
            yield f"spec.template.spec.{name}: {spec[name]} is more than timeoutSeconds, {whole}"
