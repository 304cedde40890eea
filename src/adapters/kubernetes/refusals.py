"""From what an API answers with, when that is no success, to a refusal that may be shown."""

import json
import re
from typing import Final

from knative_lambda.adapters.kubernetes.api import Refusal

_LONGEST: Final = 500  # characters
_SAID: Final = re.compile(
    r"((?:Invalid|Unsupported|Duplicate) value: )"
    r'("(?:[^"\\]|\\.)*"|[A-Za-z.]*\{.*\}|.+?(?=: |$))'
)


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
