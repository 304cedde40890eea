"""How the API refuses: a Status object in the words that real servers use."""

from collections.abc import Sequence
from typing import Any

from support.kubernetes.resources import Object, Resource

LOCK = "the object has been modified; please apply your changes to the latest version and try again"


class Refused(Exception):  # noqa: N818 - an answer of the API, and no mistake of this program
    """The API answers with *status*, a Status object, under its `code`."""

    def __init__(self, status: Object, *, retry_after: int | None = None) -> None:
        super().__init__(status["message"])
        self.status = status
        self.retry_after = retry_after


def status(
    code: int, reason: str, message: str, details: Object | None = None
) -> Object:  # the order of its fields is that of real answers
    """A Status that says no."""
    found: Object = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details,
        "code": code,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _details(resource: Resource, name: str, **more: Any) -> Object:
    found = {"name": name, "group": resource.group, "kind": resource.plural, **more}
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def not_found(resource: Resource, name: str) -> Refused:
    message = f'{resource.qualified} "{name}" not found'
    return Refused(status(404, "NotFound", message, _details(resource, name)))


def no_such_path() -> Refused:
    message = "the server could not find the requested resource"
    return Refused(status(404, "NotFound", message, {}))


def already_exists(resource: Resource, name: str) -> Refused:
    message = f'{resource.qualified} "{name}" already exists'
    return Refused(status(409, "AlreadyExists", message, _details(resource, name)))


def conflict(resource: Resource, name: str, why: str = LOCK) -> Refused:
    message = f'Operation cannot be fulfilled on {resource.qualified} "{name}": {why}'
    return Refused(status(409, "Conflict", message, _details(resource, name)))


def field_conflicts(causes: Sequence[Object], managers: Sequence[str]) -> Refused:
    """Other managers own what an apply would change."""
    plural = "s" if len(causes) > 1 else ""
    fields = "\n".join(f"- {cause['field']}" for cause in causes)
    said = (
        f"conflict with {managers[0]}: {causes[0]['field']}"
        if len(causes) == 1
        else f"conflicts with {' and '.join(managers)}:\n{fields}"
    )
    message = f"Apply failed with {len(causes)} conflict{plural}: {said}"
    return Refused(status(409, "Conflict", message, {"causes": list(causes)}))


def invalid(resource: Resource, name: str, problems: Sequence[str]) -> Refused:
    """Each problem is `field: Words: more`, such as `metadata.name: Invalid value: "X"`."""
    causes = []
    for problem in problems:
        field, _, message = problem.partition(": ")
        words = message.partition(":")[0]
        reason = {
            "Required value": "FieldValueRequired",
            "Forbidden": "FieldValueForbidden",
            "Too long": "FieldValueTooLong",
            "Unsupported value": "FieldValueNotSupported",
        }.get(words, "FieldValueInvalid")
        causes.append({"reason": reason, "message": message, "field": field})
    listed = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
    message = f'{resource.qualified_kind} "{name}" is invalid: {listed}'
    details = {"name": name, "group": resource.group, "kind": resource.kind, "causes": causes}
    details = {key: value for key, value in details.items() if value}
    return Refused(status(422, "Invalid", message, details))


def patch_fails() -> Refused:
    """A JSON patch that is well formed cannot be applied, or one of its tests fails."""
    message = "the server rejected our request due to an error in our request"
    return Refused(status(422, "Invalid", message, {}))


def bad_request(message: str) -> Refused:
    return Refused(status(400, "BadRequest", message))


def too_large(message: str) -> Refused:
    return Refused(status(413, "RequestEntityTooLarge", message))


def unsupported_media_type(message: str) -> Refused:
    return Refused(status(415, "UnsupportedMediaType", message))


def method_not_allowed() -> Refused:
    message = "the server does not allow this method on the requested resource"
    return Refused(status(405, "MethodNotAllowed", message, {}))


def internal(message: str, reason: str = "InternalError") -> Refused:
    return Refused(status(500, reason, message))


def unauthorized() -> Refused:
    return Refused(status(401, "Unauthorized", "Unauthorized"))


def forbidden(resource: Resource, name: str, why: str) -> Refused:
    named = f'{resource.qualified} "{name}"' if name else resource.qualified
    message = f"{named} is forbidden: {why}"
    return Refused(status(403, "Forbidden", message, _details(resource, name)))


def denied(webhook: str, why: str) -> Refused:
    """As a Knative webhook does: no reason stands beside the code."""
    message = f'admission webhook "{webhook}" denied the request: {why}'
    return Refused(status(400, "BadRequest", message))


def expired(message: str = "The resourceVersion for the provided watch is too old.") -> Refused:
    return Refused(status(410, "Expired", message))


def deleted(resource: Resource, name: str, uid: str) -> Object:
    """What a finished delete answers."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": _details(resource, name, uid=uid),
    }
