"""Server-side apply: what a manager declares, merged into what is there."""

import copy
from typing import Any, Final

from support.kubernetes import admission, statuses
from support.kubernetes.fields import dotted, key_step, keys_of, leaves, remove
from support.kubernetes.owners import APPLY, Manager, Owners
from support.kubernetes.resources import Object, Resource

# Fields that Knative's schema declares, for its webhook to deny them unless a flag is on.
_FLAGGED: Final = {
    "affinity",
    "dnsConfig",
    "dnsPolicy",
    "hostAliases",
    "initContainers",
    "nodeSelector",
    "priorityClassName",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "tolerations",
    "topologySpreadConstraints",
}
_PRESERVES_UNKNOWN: Final = {"Trigger"}


def applied(
    resource: Resource, before: Object | None, wanted: Object, manager: str, *, force: bool
) -> tuple[Object, Owners]:
    """The object after *manager* has applied *wanted*, and who owns what of it then.

    Raises:
        Refused: Somebody else owns a field that it would change, and it is not forced; or the
            kind has no such field.
    """
    _declared(wanted)
    me, owners = Manager(manager, APPLY), Owners.of(before)
    asked = leaves(resource, wanted)
    live = leaves(resource, before) if before else {}
    changed = {path for path, value in asked.items() if path in live and live[path] != value}
    disputed = [(path, other) for path in sorted(changed) for other in owners.other(me, path)]
    if disputed and not force:
        causes = [
            {
                "reason": "FieldManagerConflict",
                "message": f'conflict with "{other.name}"{_using(other, resource)}',
                "field": dotted(path),
            }
            for path, other in disputed
        ]
        managers = list(dict.fromkeys(f'"{other.name}"' for _, other in disputed))
        raise statuses.field_conflicts(causes, managers)
    owners.take(me, changed)
    new = copy.deepcopy(before) if before else {"metadata": {}}
    for path in sorted(owners.owned.get(me, set()) - set(asked), reverse=True):
        if not owners.other(me, path):
            remove(new, path)
    owners.owned[me] = set(asked)
    merged: Object = _merge(resource, "", new, wanted)
    return merged, owners


def _using(manager: Manager, resource: Resource) -> str:
    return "" if manager.operation == APPLY else f" using {resource.api_version}"


def _declared(wanted: Object) -> None:
    if wanted["kind"] in _PRESERVES_UNKNOWN:
        return
    for error in admission.schema_problems(wanted):
        if error.validator != "additionalProperties" or not isinstance(error.instance, dict):
            continue
        schema: Any = error.schema
        unknown = set(error.instance) - set(schema["properties"]) - _FLAGGED
        if unknown:
            path = admission.dotted(error)
            raise statuses.internal(
                f"failed to create typed patch object ({wanted['metadata']['name']};"
                f" {wanted['apiVersion']}, Kind={wanted['kind']}): {path}.{min(unknown)}:"
                " field not declared in schema",
                "",
            )


def _merge(resource: Resource, name: str, before: Any, wanted: Any) -> Any:
    if isinstance(before, dict) and isinstance(wanted, dict):
        merged = {key: _merge(resource, key, before.get(key), each) for key, each in wanted.items()}
        return {**before, **merged}
    keys = keys_of(resource, name)
    if isinstance(before, list) and isinstance(wanted, list) and keys:
        items = {key_step(keys, each): each for each in before}
        for each in wanted:
            step = key_step(keys, each)
            items[step] = _merge(resource, "", items.get(step), each)
        return list(items.values())
    return copy.deepcopy(wanted)
