"""Which objects a list or a watch is about: selectors of labels and of fields."""

import re
from collections.abc import Callable
from typing import Final

from support.kubernetes import statuses
from support.kubernetes.resources import Object, Resource

Selects = Callable[[Object], bool]

_IN: Final = re.compile(r"^(\S+)\s+(in|notin)\s*\(([^)]*)\)$")
_COMPARED: Final = re.compile(r"^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$")
_COMMA: Final = re.compile(r",(?![^(]*\))")
_FIELDS: Final = {
    "pods": {"spec.nodeName", "spec.restartPolicy", "status.phase", "spec.serviceAccountName"},
    "events": {
        "involvedObject.kind",
        "involvedObject.name",
        "involvedObject.uid",
        "reason",
        "type",
    },
    "jobs": {"status.successful"},
    "secrets": {"type"},
}


def by_labels(text: str) -> Selects:
    """What a `labelSelector` says.

    Raises:
        Refused: It cannot be read.
    """
    requirements = [_requirement(part.strip()) for part in _COMMA.split(text) if part.strip()]

    def selects(found: Object) -> bool:
        labels = found["metadata"].get("labels") or {}
        return all(requirement(labels) for requirement in requirements)

    return selects


def _requirement(part: str) -> Callable[[dict[str, str]], bool]:
    if match := _IN.match(part):
        key, operator, listed = match.groups()
        values = {value.strip() for value in listed.split(",")}
        if operator == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if match := _COMPARED.match(part):
        key, operator, value = match.groups()
        if operator == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if re.fullmatch(r"!?[A-Za-z0-9._/-]+", part):
        if part.startswith("!"):
            return lambda labels: part[1:] not in labels
        return lambda labels: part in labels
    raise statuses.bad_request(
        f"unable to parse requirement: found '{part}', expected: identifier, ',', 'in', 'notin', ="
    )


def by_fields(text: str, resource: Resource) -> Selects:
    """What a `fieldSelector` says.

    Raises:
        Refused: It names a field that this kind is not selected by.
    """
    known = {"metadata.name", "metadata.namespace"} | _FIELDS.get(resource.plural, set())
    wanted: list[tuple[list[str], str, bool]] = []
    for part in filter(None, text.split(",")):
        match = _COMPARED.match(part)
        if match is None:
            raise statuses.bad_request(f"invalid field selector: {part}")
        field, operator, value = match.groups()
        if field not in known:
            raise statuses.bad_request(f"field label not supported: {field}")
        wanted.append((field.split("."), value, operator != "!="))

    def selects(found: Object) -> bool:
        return all((_at(found, path) == value) is equal for path, value, equal in wanted)

    return selects


def only_name(text: str) -> str:
    """The one name that a `fieldSelector` leaves; empty if it leaves several."""
    for part in text.split(","):
        match = _COMPARED.match(part)
        if match and match[1] == "metadata.name" and match[2] != "!=":
            return match[3]
    return ""


def _at(found: Object, path: list[str]) -> str:
    value: object = found
    for step in path:
        value = value.get(step, "") if isinstance(value, dict) else ""
    return str(value)
