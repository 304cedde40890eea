"""From what an API answers with to an object, or to a refusal that may be shown."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.domain.errors import SetupError

_LONGEST: Final = 500  # characters
_SAID: Final = re.compile(
    r"((?:Invalid|Unsupported|Duplicate) value: )"
    r'("(?:[^"\\]|\\.)*"|[A-Za-z.]*\{.*\}|.+?(?=: |$))'
)


def answered(status: int, content: bytes) -> Mapping[str, Any]:
    """The object that an answer holds.

    Raises:
        Refusal: It is no success.
        SetupError: It is no answer of a Kubernetes API.
    """
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise refusal(status, content)
    try:
        found = json.loads(content)
    except ValueError:
        found = None  # not raised from: that error holds what was answered
    if not isinstance(found, dict):
        raise SetupError("what should be the Kubernetes API does not answer in JSON objects")
    return found


def refusal(status: int, body: bytes) -> Refusal:
    """The refusal in *body*, a Status object or not.

    What is quoted of the object that was sent is left out of the message: it may be a secret.
    """
    try:
        said = json.loads(body)
    except ValueError:
        said = None  # a proxy's page, or a line of text
    if not isinstance(said, dict):
        return Refusal(status)
    reason, message = (str(said.get(field) or "") for field in ("reason", "message"))
    hidden = _SAID.sub(r"\1(hidden)", " ".join(message.split()))
    return Refusal(status, reason[:_LONGEST], hidden[:_LONGEST])
