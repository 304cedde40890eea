"""What a cluster asks of a pod's spec beyond the shape of its fields."""

import re
from collections.abc import Iterator
from typing import Final

from support.kubernetes.quantities import quantity
from support.kubernetes.resources import Object

_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def problems(spec: Object, path: str) -> list[str]:
    """What speaks against *spec*, which lies at *path*."""
    volumes = [each.get("name", "") for each in spec.get("volumes") or []]
    found = [*_names(volumes, f"{path}.volumes")]
    seen: list[str] = []
    for field in ("initContainers", "containers"):
        for number, container in enumerate(spec.get(field) or []):
            at = f"{path}.{field}[{number}]"
            seen.append(container.get("name") or f"user-container-{number}")
            found += _container(container, set(volumes), at)
            if field == "initContainers" and container.get("restartPolicy") not in (None, "Always"):
                found.append(f"{at}.restartPolicy: Unsupported value: supported values: Always")
            if field == "containers" and "restartPolicy" in container:
                found.append(
                    f"{at}.restartPolicy: Forbidden: may not be set for non-init containers"
                )
    return [*found, *_names(seen, f"{path}.containers")]


def _names(names: list[str], path: str) -> Iterator[str]:
    for number, name in enumerate(names):
        if not _LABEL.fullmatch(name) or len(name) > 63:
            yield f'{path}[{number}].name: Invalid value: "{name}": no lowercase RFC 1123 label'
        if name in names[:number]:
            yield f'{path}[{number}].name: Duplicate value: "{name}"'


def _container(container: Object, volumes: set[str], path: str) -> Iterator[str]:
    if not container.get("image"):
        yield f"{path}.image: Required value"
    yield from _mounts(container, volumes, path)
    yield from _environment(container, path)
    yield from _amounts(container.get("resources") or {}, f"{path}.resources")
    security = container.get("securityContext") or {}
    if security.get("privileged") and security.get("allowPrivilegeEscalation") is False:
        yield f"{path}.securityContext: Invalid value: privileged needs allowPrivilegeEscalation"
    if not all(0 < each["containerPort"] < 65536 for each in container.get("ports") or []):
        yield f"{path}.ports: Invalid value: must be between 1 and 65535, inclusive"


def _mounts(container: Object, volumes: set[str], path: str) -> Iterator[str]:
    mounted: set[str] = set()
    for number, mount in enumerate(container.get("volumeMounts") or []):
        at = f"{path}.volumeMounts[{number}]"
        if mount["name"] not in volumes:
            yield f'{at}.name: Not found: "{mount["name"]}"'
        if mount["mountPath"] in mounted:
            yield f'{at}.mountPath: Invalid value: "{mount["mountPath"]}": must be unique'
        mounted.add(mount["mountPath"])


def _environment(container: Object, path: str) -> Iterator[str]:
    names = [each["name"] for each in container.get("env") or []]
    for number, each in enumerate(container.get("env") or []):
        if not names[number] or "=" in names[number]:
            yield f'{path}.env[{number}].name: Invalid value: "{names[number]}"'
        if each.get("value") and each.get("valueFrom"):
            yield f"{path}.env[{number}].valueFrom: Invalid value: may not be set with a value"


def _amounts(found: Object, path: str) -> Iterator[str]:
    limits = found.get("limits") or {}
    for field in ("requests", "limits"):
        for name, amount in (found.get(field) or {}).items():
            try:
                quantity(amount)
            except ValueError as error:
                yield f"{path}.{field}[{name}]: Invalid value: {error}"
                return
    for name, amount in (found.get("requests") or {}).items():
        if name in limits and quantity(amount) > quantity(limits[name]):
            yield (
                f'{path}.requests: Invalid value: "{amount}": must be less than or equal to'
                f" {name} limit of {limits[name]}"
            )
