"""Which names and labels the API takes."""

import re
from typing import Final

from support.kubernetes import resources
from support.kubernetes.resources import Object, Resource

NAMESPACES: Final = resources.named("namespaces")

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_RFC1123_LABEL: Final = re.compile(_LABEL)
_RFC1035_LABEL: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_VALUE: Final = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_KEY_NAME: Final = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")

_SUBDOMAIN_SAID: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
    " and must start and end with an alphanumeric character (e.g. 'example.com', regex used for"
    " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_SAID: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
    " start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for"
    " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_DNS1035_SAID: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
    " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123',"
    " regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
_VALUE_SAID: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
    " and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
    " '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_KEY_SAID: Final = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
    " with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
    " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_ANNOTATIONS_LIMIT: Final = 256 * 1024


def problems(resource: Resource, found: Object) -> list[str]:
    """What the API would say against its name, labels and annotations."""
    metadata = found["metadata"]
    said = _name(resource, metadata.get("name", ""))
    for key, value in (metadata.get("labels") or {}).items():
        said += _label("metadata.labels", key, value)
    annotations = metadata.get("annotations") or {}
    for key in annotations:
        said += _key("metadata.annotations", key.lower())
    if sum(len(key) + len(str(value)) for key, value in annotations.items()) > _ANNOTATIONS_LIMIT:
        said.append(
            f"metadata.annotations: Too long: may not be more than {_ANNOTATIONS_LIMIT} bytes"
        )
    for number, owner in enumerate(metadata.get("ownerReferences") or []):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(field):
                said.append(f"metadata.ownerReferences[{number}].{field}: Required value")
    return said


def _name(resource: Resource, name: str) -> list[str]:
    field, shape, words, longest = "metadata.name", _SUBDOMAIN, _SUBDOMAIN_SAID, 253
    if resource.plural == "namespaces":
        shape, words, longest = _RFC1123_LABEL, _LABEL_SAID, 63
    if resource.plural == "services":
        shape, words, longest = _RFC1035_LABEL, _DNS1035_SAID, 63
    if resource.group == "rbac.authorization.k8s.io":
        return (
            []
            if name not in (".", "..") and not set(name) & set("/%")
            else [f'{field}: Invalid value: "{name}"']
        )
    if len(name) > longest:
        return [f'{field}: Invalid value: "{name}": must be no more than {longest} characters']
    if not shape.fullmatch(name):
        return [f'{field}: Invalid value: "{name}": {words}']
    if resource.qualified == "jobs.batch":
        return [
            f'spec.template.labels: Invalid value: "{name}": must be no more than 63 characters'
            for _ in range(len(name) > 63)
        ]
    return []


def _label(field: str, key: str, value: object) -> list[str]:
    said = _key(field, key)
    if not isinstance(value, str):
        said.append(f"{field}: Invalid value: {value!r}: must be a string")
    elif len(value) > 63:
        said.append(f'{field}: Invalid value: "{value}": must be no more than 63 bytes')
    elif not _VALUE.fullmatch(value):
        said.append(f'{field}: Invalid value: "{value}": {_VALUE_SAID}')
    return said


def _key(field: str, key: str) -> list[str]:
    prefix, slash, name = key.rpartition("/")
    if slash and (not _SUBDOMAIN.fullmatch(prefix) or len(prefix) > 253):
        return [f'{field}: Invalid value: "{key}": prefix part {_SUBDOMAIN_SAID}']
    if len(name) > 63:
        return [f'{field}: Invalid value: "{key}": name part must be no more than 63 bytes']
    if not _KEY_NAME.fullmatch(name):
        return [f'{field}: Invalid value: "{key}": {_KEY_SAID}']
    return []
