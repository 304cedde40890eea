"""The CustomResourceDefinitions that bring the custom kinds: without its own, a kind is unknown."""

from collections.abc import Iterator
from typing import Final

from support.kubernetes import resources
from support.kubernetes.resources import RESOURCES, Object, Resource
from support.kubernetes.store import Address

_DEFINITIONS: Final = resources.named("customresourcedefinitions")


def address_of(custom: Resource) -> Address:
    """Where the definition of that kind lies."""
    return (_DEFINITIONS, "", custom.qualified)


def definitions() -> Iterator[tuple[Address, Object]]:
    """Those of all custom kinds."""
    for each in RESOURCES:
        if each.custom:
            yield address_of(each), _definition(each)


def _definition(custom: Resource) -> Object:
    names = {"kind": custom.kind, "listKind": f"{custom.kind}List", "plural": custom.plural}
    names["singular"] = custom.kind.lower()
    version = {"name": custom.version, "served": True, "storage": True}
    return {
        "apiVersion": _DEFINITIONS.api_version,
        "kind": _DEFINITIONS.kind,
        "metadata": {"name": custom.qualified},
        "spec": {
            "group": custom.group,
            "names": names,
            "scope": "Namespaced",
            "versions": [version],
        },
        "status": {"conditions": [{"type": "Established", "status": "True"}]},
    }
