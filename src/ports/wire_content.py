"""The data of an event, read as its content type says."""

import base64
import re
from typing import Final

from knative_lambda.ports.wire_faults import malformed
from knative_lambda.ports.wire_json import parse

FORMATS: Final = "application/cloudevents"  # how the type of every whole event begins
_JSON: Final = re.compile(r"[^/;\s]+/(?:[^/;\s]+\+)?json")


def media_type(content_type: str) -> str:
    """The type in *content_type* without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_json(content_type: str) -> bool:
    """Whether data of *content_type* is JSON; it is when nothing else is said."""
    media = media_type(content_type)
    return not media or _JSON.fullmatch(media) is not None


def read_content(content: bytes, content_type: str, what: str = "body") -> object:
    """The JSON value, or else the text, that *content* holds; `None` when it is empty.

    Args:
        content: As it came.
        content_type: Of the content; empty when the sender did not say.
        what: Where it stood, for the fault.

    Raises:
        PermanentError: Of kind malformed, naming the fault.
    """
    if not content:
        return None
    if is_json(content_type):
        return parse(content, what)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        fault = f"no UTF-8 at byte {error.start}"
        raise malformed(what, fault, "data must be JSON, or text in UTF-8") from error


def read_base64(text: object, content_type: str) -> object:
    """What `read_content` finds in the base64 that stands in `data_base64`.

    Raises:
        PermanentError: Of kind malformed, naming the fault.
    """
    if not isinstance(text, str):
        raise malformed("data_base64", type(text).__name__, "must be text")
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        rule = "must be base64 with its padding, of the alphabet with + and /"
        raise malformed("data_base64", "no base64", rule) from error
    return read_content(content, content_type, "data_base64")
