"""YAML and JSON from templates: every value is quoted, so none can become structure."""

import json
import re
from collections.abc import Mapping
from typing import Final

import jinja2

from knative_lambda.adapters.templates.environment import environment

# JSON escapes what lies beyond the basic plane as two halves, which YAML takes for two
# characters; so that much stays as it is. All else that is not plain ASCII is escaped: YAML
# takes some of it for line breaks and refuses some. Halves alone are left, to fail as UTF-8.
_ESCAPED: Final = re.compile("[\x7f-\ud7ff\ue000-\uffff]")


def quoted(value: object) -> str:
    """*value* as JSON in one line of YAML's subset, the same for readers of either.

    Raises:
        jinja2.UndefinedError: The value is missing.
        TypeError, ValueError: JSON has no such value.
    """
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises: a strict one has no text
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def documents(contents: Mapping[str, bytes]) -> jinja2.Environment:
    """For templates in which `{{ value }}` stands for a whole scalar, list or object.

    It never stands inside of quotes. What a template gets is composed in Python.
    """
    return environment(contents, quoted)
