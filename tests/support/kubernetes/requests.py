"""What a request asks: its verb and the objects it is about, read from method and URL."""

import json
from collections.abc import Mapping
from typing import Any, Final

import attrs
import yaml
from support.kubernetes import resources, statuses
from support.kubernetes.resources import Resource

APPLY: Final = "application/apply-patch+yaml"


@attrs.frozen(kw_only=True)
class Asked:
    """A request about objects.

    Attributes:
        verb: get, list, watch, create, update, patch, delete or deletecollection.
        namespace: Empty for every namespace, and for what lies in none.
        name: Empty for all.
        subresource: Such as `status` or `log`; empty for none.
        query: The URL's; of a name given twice the last.
        content_type: Without parameters.
        agent: The client, as it calls itself.
        user: Who asks, as `system:serviceaccount:NAMESPACE:NAME`.
    """

    verb: str
    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    query: Mapping[str, str] = attrs.field(factory=dict)
    content_type: str = "application/json"
    body: bytes = b""
    user: str = ""
    agent: str = ""

    @property
    def address(self) -> tuple[Resource, str, str]:
        return (self.resource, self.namespace, self.name)

    @property
    def applies(self) -> bool:
        """Whether it is a server-side apply."""
        return self.verb == "patch" and self.content_type.startswith(APPLY)

    @property
    def dry(self) -> bool:
        """Whether nothing is to be kept of it."""
        return bool(self.query.get("dryRun"))

    @property
    def about(self) -> str:
        """The name of the object that it is about; of a new one, that in the body."""
        if self.verb != "create":
            return self.name
        try:
            return str(self.document()["metadata"]["name"])
        except (statuses.Refused, KeyError, TypeError):
            return ""

    def flag(self, name: str) -> bool:
        """Whether the query switches *name* on."""
        return self.query.get(name, "false").lower() in ("true", "1")

    def document(self) -> Any:
        """The body.

        Raises:
            Refused: It is neither JSON nor, where that is said, YAML.
        """
        kind = self.content_type.partition(";")[0].strip()
        try:
            if kind.endswith("yaml"):
                return yaml.safe_load(self.body)
            if kind.endswith("json"):
                return json.loads(self.body)
        except (ValueError, yaml.YAMLError) as error:
            raise statuses.bad_request(f"error decoding the body: {error}") from error
        raise statuses.unsupported_media_type(
            "the body of the request was in an unknown format - accepted media types include:"
            " application/json, application/yaml, application/vnd.kubernetes.protobuf"
        )


_VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


def read(method: str, path: str, query: Mapping[str, str]) -> Asked:
    """What that request asks, but for its body and who asks.

    Raises:
        Refused: Nothing lies there, or it has no such method.
    """
    steps = path.strip("/").split("/")
    if len(steps) > 2 and steps[0] == "api":
        group, version, rest = "", steps[1], steps[2:]
    elif len(steps) > 3 and steps[0] == "apis":
        group, version, rest = steps[1], steps[2], steps[3:]
    else:
        raise statuses.no_such_path()
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    resource = resources.at(group, version, rest[0])
    if resource is None or len(rest) > 3 or (namespace and not resource.namespaced):
        raise statuses.no_such_path()
    name, subresource = ([*rest[1:], "", ""])[:2]
    verb = _VERBS.get(method)
    if verb == "get" and not name:
        verb = "watch" if query.get("watch", "").lower() in ("true", "1") else "list"
    if verb == "delete" and not name:
        verb = "deletecollection"
    unnamed = verb in ("list", "watch", "create", "deletecollection")
    misplaced = resource.namespaced and not namespace and verb not in ("list", "watch")
    if verb is None or unnamed == bool(name) or misplaced:
        raise statuses.method_not_allowed()
    return Asked(
        verb=verb,
        resource=resource,
        namespace=namespace,
        name=name,
        subresource=subresource,
        query=dict(query),
    )
