"""YAML and JSON from templates: every value is quoted, so none can become structure."""

import json
import re
from typing import Final

import jinja2

from knative_lambda.adapters.templates import folder

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


# Each `{{ value }}` in a template stands for a whole scalar, list or object, and never inside
# of quotes. What a template gets is composed in Python.
DOCUMENTS: Final = jinja2.Environment(
    loader=jinja2.FunctionLoader(folder.text),
    undefined=jinja2.StrictUndefined,
    finalize=quoted,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - `finalize` quotes, for YAML and JSON instead of HTML
)


def rendered_document(template: str, **values: object) -> bytes:
    """The YAML or JSON document of *template* with *values*, in UTF-8."""
    return DOCUMENTS.get_template(template).render(values).encode()
