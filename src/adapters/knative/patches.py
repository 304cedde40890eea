"""JSON patches that write only over what they expect: a `test` that fails leaves all as it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from knative_lambda.adapters.templates.templates import Manifest
from knative_lambda.domain import labels
from knative_lambda.domain.keys import Key

Patch = list[dict[str, Any]]

_HEAD: Final = ("apiVersion", "kind", "metadata")


def over_key(expected: Key) -> Patch:
    """Only where the object was written for *expected*."""
    return [_step("test", _annotation(labels.KEY), labels.dump_key(expected))]


def over_version(version: str) -> Patch:
    """Only on the very state of the object that was seen."""
    return [_step("test", _pointer("metadata", "resourceVersion"), version)]


def of_owner(uid: str) -> Patch:
    """Only on a companion of the object *uid*."""
    return [_step("test", _pointer("metadata", "ownerReferences", "0", "uid"), uid)]


def where(manifest: Manifest, fields: Sequence[Sequence[str]]) -> Patch:
    """Only where each of the *fields*, a path of names, is as in *manifest*."""
    return [_step("test", _pointer(*path), at(manifest, path)) for path in fields]


def rewritten(manifest: Manifest) -> Patch:
    """All that *manifest* says, but for its labels; annotations of others stay as they are.

    It must stand behind a test that only an object with annotations passes.
    """
    return [_step("add", path, value) for path, value in _parts(manifest)]


def relabelled(manifest: Manifest) -> Patch:
    """The labels of *manifest*, in place of all others."""
    return [_step("add", _pointer("metadata", "labels"), manifest["metadata"]["labels"])]


def at(found: Mapping[str, Any], path: Sequence[str]) -> Any:
    """What lies at *path*; `None` if nothing does."""
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


def _parts(manifest: Manifest) -> Iterator[tuple[str, Any]]:
    for name, value in manifest["metadata"]["annotations"].items():
        yield _annotation(name), value
    if "ownerReferences" in manifest["metadata"]:
        yield _pointer("metadata", "ownerReferences"), manifest["metadata"]["ownerReferences"]
    for name, value in manifest.items():
        if name not in _HEAD:
            yield _pointer(name), value


def _annotation(name: str) -> str:
    return _pointer("metadata", "annotations", name)


def _pointer(*names: str) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def _step(op: str, path: str, value: object) -> dict[str, Any]:
    return {"op": op, "path": path, "value": value}
