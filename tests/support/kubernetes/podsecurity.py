"""Pod Security: which pods break the level that their namespace enforces."""

from collections.abc import Callable, Iterator
from typing import Final

from support.kubernetes.resources import Object

LABEL: Final = "pod-security.kubernetes.io/enforce"
_BASELINE_CAPABILITIES: Final = {
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
}
_RESTRICTED_VOLUMES: Final = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


def violation(level: str, spec: Object) -> str:
    """How a pod of that *spec* breaks *level*, in the words of the API; empty if it does not."""
    found = [*_baseline(spec)] if level in ("baseline", "restricted") else []
    if level == "restricted":
        found += _restricted(spec)
    return f'violates PodSecurity "{level}:latest": {", ".join(found)}' if found else ""


def _containers(spec: Object) -> list[Object]:
    return [*(spec.get("initContainers") or []), *spec["containers"]]


def _named(spec: Object, breaks: Callable[[Object], bool]) -> str:
    names = [f'"{each["name"]}"' for each in _containers(spec) if breaks(each)]
    return f"container{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""


def _security(container: Object) -> Object:
    found: Object = container.get("securityContext") or {}
    return found


def _baseline(spec: Object) -> Iterator[str]:
    if shared := [each for each in ("hostNetwork", "hostPID", "hostIPC") if spec.get(each)]:
        yield f"host namespaces ({', '.join(f'{each}=true' for each in shared)})"
    if bad := _named(spec, lambda each: bool(_security(each).get("privileged"))):
        yield f"privileged ({bad} must not set securityContext.privileged=true)"
    if bad := _named(spec, lambda each: bool(_added(each) - _BASELINE_CAPABILITIES)):
        yield f"non-default capabilities ({bad} must not add such)"
    if any("hostPath" in each for each in spec.get("volumes") or []):
        yield "hostPath volumes"
    if bad := _named(spec, lambda each: any(p.get("hostPort") for p in each.get("ports") or [])):
        yield f"hostPort ({bad} uses host ports)"
    if bad := _named(spec, lambda each: _seccomp(spec, each) == "Unconfined"):
        yield f"seccompProfile ({bad} must not set securityContext.seccompProfile to Unconfined)"


def _restricted(spec: Object) -> Iterator[str]:
    pod = spec.get("securityContext") or {}
    if bad := _named(
        spec, lambda each: _security(each).get("allowPrivilegeEscalation") is not False
    ):
        yield (
            f"allowPrivilegeEscalation != false ({bad} must set"
            " securityContext.allowPrivilegeEscalation=false)"
        )
    if bad := _named(spec, _unrestricted):
        yield (
            f"unrestricted capabilities ({bad} must set"
            ' securityContext.capabilities.drop=["ALL"] and add none but NET_BIND_SERVICE)'
        )
    types = {name for each in spec.get("volumes") or [] for name in each if name != "name"}
    if types - _RESTRICTED_VOLUMES:
        yield f"restricted volume types (volumes use {', '.join(types - _RESTRICTED_VOLUMES)})"
    if bad := _named(
        spec, lambda each: not _security(each).get("runAsNonRoot", pod.get("runAsNonRoot"))
    ):
        yield f"runAsNonRoot != true (pod or {bad} must set securityContext.runAsNonRoot=true)"
    if bad := _named(
        spec, lambda each: _security(each).get("runAsUser", pod.get("runAsUser")) == 0
    ):
        yield f"runAsUser=0 ({bad} must not set runAsUser=0)"
    if bad := _named(
        spec, lambda each: _seccomp(spec, each) not in ("RuntimeDefault", "Localhost")
    ):
        yield (
            f"seccompProfile (pod or {bad} must set securityContext.seccompProfile.type to"
            ' "RuntimeDefault" or "Localhost")'
        )


def _added(container: Object) -> set[str]:
    return set((_security(container).get("capabilities") or {}).get("add") or [])


def _unrestricted(container: Object) -> bool:
    dropped = (_security(container).get("capabilities") or {}).get("drop") or []
    return "ALL" not in dropped or bool(_added(container) - {"NET_BIND_SERVICE"})


def _seccomp(spec: Object, container: Object) -> str | None:
    for found in (_security(container), spec.get("securityContext") or {}):
        if profile := found.get("seccompProfile"):
            return str(profile["type"])
    return None
