"""The labels and annotations that our objects in a cluster bear."""

from typing import Final

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key

DOMAIN: Final = "build.notifi.network/"
THIRD_PARTY: Final = f"{DOMAIN}third-party-id"
PARSER: Final = f"{DOMAIN}parser-id"
BUILD: Final = f"{DOMAIN}build-id"
KEY: Final = f"{DOMAIN}key"  # an annotation: which desire an object was written for

NAME: Final = "app.kubernetes.io/name"
PART_OF: Final = "app.kubernetes.io/part-of"
MANAGED_BY: Final = "app.kubernetes.io/managed-by"
COMPONENT: Final = "app.kubernetes.io/component"
MANAGER: Final = "knative-lambda-builder"


def of_function(function: FunctionId, name: str, component: str) -> dict[str, str]:
    """The labels of an object called *name* that belongs to *function*; all values are legal."""
    return {
        NAME: name,
        PART_OF: "knative-lambda",
        MANAGED_BY: MANAGER,
        COMPONENT: component,
        THIRD_PARTY: function.third_party_id,
        PARSER: function.parser_id,
    }


def dump_key(key: Key) -> str:
    """*key* as the text of an annotation."""
    return f"{key.at}.{key.id}"


def load_key(text: str | None) -> Key | None:
    """The key in an annotation; `None` when there is none, or somebody else's text."""
    at, dot, id_ = (text or "").partition(".")
    return Key(int(at), id_) if dot and at.isdecimal() and at.isascii() else None
