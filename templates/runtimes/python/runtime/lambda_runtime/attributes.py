"""CloudEvents attribute values in HTTP headers: quoting and percent-encoding."""

import re
from urllib.parse import quote, unquote

_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_UNENCODED = _PRINTABLE.replace('"', "").replace("%", "")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")

is_attribute_name = re.compile(r"[a-z0-9]+").fullmatch


def decode_attribute(header: str) -> str:
    """The attribute a header value stands for; UnicodeDecodeError when its bytes are not UTF-8."""
    if '"' in header:
        header = _QUOTED.sub(lambda match: _ESCAPE.sub(r"\1", match[1]), header)
    return unquote(header, errors="strict") if "%" in header else header


def encode_attribute(value: object) -> str:
    """The header value of an attribute; TypeError for a type that attributes do not have."""
    if isinstance(value, str):
        return quote(value, safe=_UNENCODED)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"a CloudEvents attribute is a string, integer or boolean, not {value!r}")
