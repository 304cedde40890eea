"""Headers as they can be sent again: what came in is not always what the client can encode."""

import struct
from collections.abc import Mapping
from typing import Any, Final

from pamqp import encode

# Headers travel in one frame. Brokers allow 128 KiB for it by default.
LARGEST: Final = 100_000
_AROUND, _WIDEST = 6, 4  # bytes around a text, and those of a character
_DEEPEST: Final = 50  # levels of a value; the client's encoder goes down by recursion


def sendable(theirs: Mapping[str, object], ours: Mapping[str, str]) -> dict[str, Any]:
    """*theirs* and *ours* together; the largest of theirs are left out if there is no room.

    The client cuts names at 128 bytes. What it cannot encode is sent as text.
    """
    kept = {plain(name): _encodable(value) for name, value in theirs.items()}
    if _at_most({**kept, **ours}) <= LARGEST:
        return {**kept, **ours}
    room = LARGEST - len(encode.field_table(dict(ours)))
    sizes = {name: len(encode.field_table({name: value})) for name, value in kept.items()}
    for name in sorted(sizes, key=lambda name: sizes[name], reverse=True):
        if sum(sizes.values()) <= room:
            break
        del kept[name], sizes[name]
    return {**kept, **ours}


def _at_most(table: Mapping[str, Any]) -> int:
    """Bytes that *table* cannot exceed: of texts, without encoding them, as the client will."""
    if not all(isinstance(value, str) for value in table.values()):
        return len(encode.field_table(dict(table)))
    return sum(_AROUND + _WIDEST * (len(name) + len(value)) for name, value in table.items())


def plain(text: str) -> str:
    """*text* as UTF-8 can hold it: bytes that HTTP could not decode are told as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _encodable(value: Any, depth: int = 0) -> Any:
    match value:
        case list() | dict() if depth == _DEEPEST:
            return "nested too deeply"
        case list():
            return [_encodable(item, depth + 1) for item in value]
        case dict():
            return {plain(name): _encodable(item, depth + 1) for name, item in value.items()}
        case _:
            return _single(value)


def _single(value: Any) -> Any:
    match value:
        case str():
            return plain(value)
        case bool():
            return value
        case bytes():
            return bytearray(value)
    try:
        sent = encode.encode_table_value(value)
    except (TypeError, ValueError, ArithmeticError, struct.error):
        return str(value)
    # The client sends every float in 32 bits.
    exact = not isinstance(value, float) or struct.unpack(">f", sent[1:])[0] == value
    return value if exact else str(value)
