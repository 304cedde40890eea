"""Who a request is about, and the ids derived from what was sent."""

import hashlib
import re
from functools import lru_cache
from typing import Final

import attrs

ID_RULE: Final = (
    "1 to 63 letters, digits, '.', '_' or '-', beginning and ending with a letter or digit"
)
_LONGEST: Final = 63
_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_REQUEST_ID: Final = re.compile(r"[0-9a-f]{32}")


def is_id(text: str) -> bool:
    """Whether *text* may name a tenant or one of its functions."""
    return len(text) <= _LONGEST and _has_form(text)


# Whoever an event names is asked about again and again while it is handled.
@lru_cache(maxsize=1024)
def _has_form(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_request_id(text: str) -> bool:
    """Whether *text* has the form that `request_id` gives."""
    return _REQUEST_ID.fullmatch(text) is not None


def _legal(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    if not is_id(value):
        message = f"{attribute.name} must be {ID_RULE}"
        raise ValueError(message)


@attrs.frozen
class FunctionId:
    """A tenant's function. Raises `ValueError` for an id that is not legal."""

    third_party_id: str = attrs.field(validator=_legal)
    parser_id: str = attrs.field(validator=_legal)


def request_id(source: str, event_id: str, content_hash: str | None = None) -> str:
    """The id of the build or operation that a CloudEvent asks for: 32 hex digits.

    Args:
        source: The event's `source`.
        event_id: The event's `id`; with *source* it names the event.
        content_hash: Taken in for an event that came without an id, whose words alone do
            not tell whether the same is asked again or something new.
    """
    named = "\0".join([source, event_id] + ([content_hash] if content_hash else []))
    return hashlib.sha256(named.encode()).hexdigest()[:32]
