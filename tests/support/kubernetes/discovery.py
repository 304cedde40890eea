"""The pages by which clients learn what the API knows."""

from support.kubernetes import resources
from support.kubernetes.resources import RESOURCES, Object, Resource

_VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


def page(path: str) -> Object | None:
    """What lies at *path*, if it is such a page."""
    found: Object
    match path.strip("/").split("/"):
        case ["version"]:
            found = {"major": "1", "minor": "33", "gitVersion": "v1.33.0"}
        case ["api"]:
            found = {"kind": "APIVersions", "versions": ["v1"]}
        case ["apis"]:
            listed = [_group(group) for group in _groups()]
            found = {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
        case ["apis", group] if group in _groups():
            found = {"kind": "APIGroup", "apiVersion": "v1", **_group(group)}
        case ["api", "v1"]:
            found = _resources("", "v1")
        case ["apis", group, version] if [*resources.in_group(group, version)]:
            found = _resources(group, version)
        case _:
            return None
    return found


def _groups() -> list[str]:
    return list(dict.fromkeys(each.group for each in RESOURCES if each.group))


def _group(group: str) -> Object:
    versions = dict.fromkeys(each.version for each in RESOURCES if each.group == group)
    listed = [{"groupVersion": f"{group}/{each}", "version": each} for each in versions]
    return {"name": group, "versions": listed, "preferredVersion": listed[0]}


def _resources(group: str, version: str) -> Object:
    listed: list[Object] = []
    for each in resources.in_group(group, version):
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
