"""What a cluster asks of a ConfigMap or a Secret beyond the shape of its fields."""

import base64
import re
from typing import Final

from support.kubernetes.resources import Object

_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+")
_LARGEST: Final = 1 << 20  # bytes of data


def problems(found: Object) -> list[str]:
    """What speaks against *found*."""
    said = []
    size = 0
    for field in ("data", "binaryData", "stringData"):
        for key, value in (found.get(field) or {}).items():
            size += len((value or "").encode())
            if not _KEY.fullmatch(key) or len(key) > 253 or key in (".", ".."):
                said.append(
                    f'{field}[{key}]: Invalid value: "{key}": a valid config key must consist of'
                    " alphanumeric characters, '-', '_' or '.'"
                )
    if found["kind"] == "Secret":
        said += [
            f"data[{key}]: Invalid value: illegal base64 data"
            for key, value in (found.get("data") or {}).items()
            if not _is_base64(value)
        ]
    if size > _LARGEST:
        said.append(f"[]: Too long: may not be more than {_LARGEST} bytes")
    return said


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def changed(new: Object, before: Object) -> list[str]:
    """Which fields differ that may not."""
    if not before.get("immutable"):
        return []
    return [
        f"{name}: Forbidden: field is immutable when `immutable` is set"
        for name in ("data", "binaryData", "immutable")
        if new.get(name) != before.get(name)
    ]
