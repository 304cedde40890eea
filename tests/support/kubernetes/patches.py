"""Patches of three forms: JSON patch, merge patch, and the core's strategic merge."""

import copy
from typing import Any, Final

from support.kubernetes import statuses

# By which field the core's lists of objects are merged, by the list's name.
_MERGE_KEYS: Final = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
    "ownerReferences": "uid",
    "conditions": "type",
    "imagePullSecrets": "name",
}
_MERGED_SETS: Final = {"finalizers"}


class _Unfit(Exception):  # noqa: N818 - becomes an answer of the API
    """The patch does not fit the object."""


def json_patch(document: Any, operations: Any) -> Any:
    """*document* after RFC 6902's *operations*.

    Raises:
        Refused: They are not well formed, or do not fit.
    """
    if not isinstance(operations, list):
        kind = "object" if isinstance(operations, dict) else "value"
        raise statuses.bad_request(
            f"json: cannot unmarshal {kind} into Go value of type jsonpatch.Patch"
        )
    document = copy.deepcopy(document)
    try:
        for operation in operations:
            document = _step(document, operation)
    except (_Unfit, KeyError, TypeError) as error:
        raise statuses.patch_fails() from error
    return document


def _step(document: Any, operation: dict[str, Any]) -> Any:
    kind, path = operation["op"], _pointer(operation["path"])
    if kind == "add":
        return _add(document, path, operation["value"])
    if kind == "remove":
        return _remove(document, path)
    if kind == "replace":
        return _add(_remove(document, path), path, operation["value"])
    if kind == "test":
        if _found(document, path) != operation.get("value"):
            raise _Unfit(f"testing path {operation['path']} failed")
        return document
    source = _pointer(operation["from"])
    value = copy.deepcopy(_get(document, source))
    if kind == "move":
        document = _remove(document, source)
    elif kind != "copy":
        raise _Unfit(f"unexpected kind: {kind}")
    return _add(document, path, value)


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise _Unfit(f"no pointer: {text}")
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


def _found(document: Any, path: list[str]) -> Any:
    """What is there; `None` where nothing is, as a test of `null` wants it."""
    try:
        return _get(document, path)
    except _Unfit:
        if path:
            _get(document, path[:-1])
        return None


def _get(document: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(document, dict):
            if step not in document:
                raise _Unfit(f"missing: {step}")
            document = document[step]
        elif isinstance(document, list):
            document = document[_index(step, len(document) - 1)]
        else:
            raise _Unfit(f"nothing below: {step}")
    return document


def _index(step: str, last: int) -> int:
    if not step.isdecimal() or int(step) > last:
        raise _Unfit(f"no index: {step}")
    return int(step)


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return copy.deepcopy(value)
    parent = _get(document, path[:-1])
    if isinstance(parent, list):
        at = len(parent) if path[-1] == "-" else _index(path[-1], len(parent))
        parent.insert(at, copy.deepcopy(value))
    elif isinstance(parent, dict):
        parent[path[-1]] = copy.deepcopy(value)
    else:
        raise _Unfit(f"nothing below: {path[-1]}")
    return document


def _remove(document: Any, path: list[str]) -> Any:
    _get(document, path)
    if not path:
        return None
    parent = _get(document, path[:-1])
    del parent[int(path[-1]) if isinstance(parent, list) else path[-1]]
    return document


def merge_patch(document: Any, patch: Any) -> Any:
    """*document* after RFC 7386's *patch*."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def strategic_merge(document: Any, patch: Any, name: str = "") -> Any:
    """As a merge patch, but lists of named things are merged by their names."""
    if isinstance(patch, dict):
        if patch.get("$patch") == "replace":
            return {key: value for key, value in patch.items() if key != "$patch"}
        merged = dict(document) if isinstance(document, dict) else {}
        for key, value in patch.items():
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = strategic_merge(merged.get(key), value, key)
        return merged
    if isinstance(patch, list) and name in _MERGED_SETS:
        kept = list(document or [])
        return kept + [each for each in patch if each not in kept]
    if isinstance(patch, list) and name in _MERGE_KEYS:
        return _merged_by(_MERGE_KEYS[name], document or [], patch)
    return copy.deepcopy(patch)


def _merged_by(key: str, kept: list[Any], patch: list[Any]) -> list[Any]:
    merged = {each[key]: each for each in kept}
    for each in patch:
        if each.get("$patch") == "delete":
            merged.pop(each[key], None)
        else:
            merged[each[key]] = strategic_merge(merged.get(each[key]), each)
    return list(merged.values())
