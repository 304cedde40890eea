"""The fields of an object: its leaves by path, as server-side apply counts who owns which."""

import json
from typing import Any, Final

from support.kubernetes import statuses
from support.kubernetes.resources import Object, Resource

Path = tuple[str, ...]
"""Steps as in `fieldsV1`: `f:NAME` into a map, `k:{KEYS}` to an item of a list that has keys."""

_KEYS: Final[dict[str, tuple[str, ...]]] = {"ownerReferences": ("uid",)}
_CORE_KEYS: Final = {
    **_KEYS,
    "containers": ("name",),
    "initContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "imagePullSecrets": ("name",),
    "ports": ("containerPort", "protocol"),
}
# Knative's own schema: its containers are one value, and so is its traffic.
_KNATIVE_KEYS: Final = {**_KEYS, "volumes": ("name",), "imagePullSecrets": ("name",)}
_NOBODYS: Final = {
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
}


def keys_of(resource: Resource, name: str) -> tuple[str, ...]:
    """By what the items of the list called *name* are told apart; empty if they are one value."""
    if resource.custom:
        known = _KNATIVE_KEYS if resource.group == "serving.knative.dev" else _KEYS
    else:
        known = _CORE_KEYS
    return known.get(name, ())


def leaves(resource: Resource, found: Object) -> dict[Path, Any]:
    """Every leaf that somebody can own, with its value; an item of a list is one beside its own."""
    listed: dict[Path, Any] = {}
    for name, value in found.items():
        if name == "metadata":
            theirs = {key: each for key, each in value.items() if key not in _NOBODYS}
            if theirs:
                _collect(resource, theirs, ("f:metadata",), listed)
        elif name not in ("apiVersion", "kind") and not (name == "status" and resource.status):
            _collect(resource, value, (f"f:{name}",), listed)
    return listed


def _collect(resource: Resource, value: Any, path: Path, listed: dict[Path, Any]) -> None:
    keys = keys_of(resource, path[-1].removeprefix("f:")) if isinstance(value, list) else ()
    if isinstance(value, dict) and value:
        for name, each in value.items():
            _collect(resource, each, (*path, f"f:{name}"), listed)
    elif keys:
        for item in value:
            step = key_step(keys, item)
            if (*path, step) in listed:
                raise statuses.internal(f"{dotted((*path, step))}: duplicate entries for key", "")
            listed[*path, step] = None
            for name, each in item.items():
                _collect(resource, each, (*path, step, f"f:{name}"), listed)
    else:
        listed[path] = value


def key_step(keys: tuple[str, ...], item: Object) -> str:
    """The step to *item* in a list that has *keys*."""
    defaults = {"protocol": "TCP"}
    found = {key: item.get(key, defaults.get(key, "")) for key in keys}
    return f"k:{json.dumps(found, separators=(',', ':'), sort_keys=True)}"


def dotted(path: Path) -> str:
    """*path* as messages write it: `.spec.volumes[name="x"].secret`."""
    said = ""
    for step in path:
        if step.startswith("f:"):
            said += f".{step[2:]}"
        else:
            keys = json.loads(step[2:])
            said += f"[{','.join(f'{key}={json.dumps(value)}' for key, value in keys.items())}]"
    return said


def remove(found: Object, path: Path) -> None:
    """Take the leaf at *path* out of *found*, and what is empty without it."""
    *way, last = path
    parent: Any = found
    parents: list[tuple[Any, Any]] = []
    for step in way:
        key = _key(parent, step)
        if key is None:
            return
        parents.append((parent, key))
        parent = parent[key]
    key = _key(parent, last)
    if key is not None:
        del parent[key]
    for holder, held in reversed(parents):
        if holder[held] not in ({}, []):
            return
        del holder[held]


def _key(parent: Any, step: str) -> Any:
    """Under what *step* is found in *parent*; `None` if it is not."""
    if step.startswith("f:"):
        name = step[2:]
        return name if isinstance(parent, dict) and name in parent else None
    wanted = json.loads(step[2:])
    for number, item in enumerate(parent if isinstance(parent, list) else []):
        if key_step(tuple(wanted), item) == step:
            return number
    return None


def encoded(paths: set[Path]) -> Object:
    """*paths* as `fieldsV1`."""
    tree: Object = {}
    for path in sorted(paths):
        at = tree
        for step in path:
            at = at.setdefault(step, {})
        if path[-1].startswith("k:"):
            at["."] = {}
    return tree


def decoded(tree: Object, path: Path = ()) -> set[Path]:
    """The paths in `fieldsV1`."""
    found: set[Path] = set()
    for step, below in tree.items():
        if step == ".":
            found.add(path)
        elif below:
            found |= decoded(below, (*path, step))
        else:
            found.add((*path, step))
    return found
