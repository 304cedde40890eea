"""The pages by which clients learn what the API knows."""

from collections.abc import Sequence

from support.kubernetes.resources import Object, Resource

_VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


def page(path: str, served: Sequence[Resource]) -> Object | None:
    """What lies at *path*, if it is such a page."""
    groups = _groups(served)
    found: Object
    match path.strip("/").split("/"):
        case ["version"]:
            found = {"major": "1", "minor": "33", "gitVersion": "v1.33.0"}
        case ["api"]:
            found = {"kind": "APIVersions", "versions": ["v1"]}
        case ["apis"]:
            listed = [_group(group, groups[group]) for group in groups if group]
            found = {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
        case ["apis", group] if group in groups:
            found = {"kind": "APIGroup", "apiVersion": "v1", **_group(group, groups[group])}
        case ["api", "v1"]:
            found = _resources("", "v1", served)
        case ["apis", group, version] if version in groups.get(group, []):
            found = _resources(group, version, served)
        case _:
            return None
    return found


def _groups(served: Sequence[Resource]) -> dict[str, list[str]]:
    """The versions of each group."""
    found: dict[str, list[str]] = {}
    for each in served:
        versions = found.setdefault(each.group, [])
        if each.version not in versions:
            versions.append(each.version)
    return found


def _group(group: str, versions: list[str]) -> Object:
    listed = [{"groupVersion": f"{group}/{each}", "version": each} for each in versions]
    return {"name": group, "versions": listed, "preferredVersion": listed[0]}


def _resources(group: str, version: str, served: Sequence[Resource]) -> Object:
    listed: list[Object] = []
    for each in served:
        if (each.group, each.version) != (group, version):
            continue
        listed.append(_resource(each, each.plural, _VERBS))
        if each.status:
            listed.append(_resource(each, f"{each.plural}/status", ["get", "patch", "update"]))
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{group}/{version}" if group else version,
        "resources": listed,
    }


def _resource(found: Resource, name: str, verbs: list[str]) -> Object:
    return {
        "name": name,
        "singularName": found.kind.lower() if "/" not in name else "",
        "namespaced": found.namespaced,
        "kind": found.kind,
        "verbs": verbs,
    }
