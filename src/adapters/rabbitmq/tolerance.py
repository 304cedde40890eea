"""Messages that the AMQP client cannot decode must not end the connection.

The broker takes any bytes as a name, and any number as a timestamp. The client takes one that it
cannot read for a broken frame and hangs up; the broker then delivers the same message again. The
decoder's own tables are the one place where it can be told better.
"""

import struct
from typing import Any

from pamqp import decode

UNREADABLE = "unreadable"  # the header that holds a table of headers nobody can read


def install() -> None:
    """Let the decoder of this process go on where it would give up."""
    decode.METHODS.update(timestamp=_timestamp, shortstr=_short_string, table=_table)
    decode.TABLE_MAPPING.update({b"T": _timestamp, b"F": _table})


def _timestamp(value: bytes) -> tuple[int, Any]:
    """None, for an instant that no `datetime` can hold."""
    try:
        return decode.timestamp(value)
    except (ValueError, OverflowError, OSError):
        return 8, None


def _short_string(value: bytes) -> tuple[int, str]:
    """With escapes for what is not UTF-8."""
    end = value[0] + 1
    return end, value[1:end].decode("utf-8", "backslashreplace")


def _table(value: bytes) -> tuple[int, Any]:
    """One header with the bytes of all, if a name among them is not UTF-8."""
    try:
        return decode.field_table(value)
    except ValueError:
        end = struct.unpack(">I", value[:4])[0] + 4
        return end, {UNREADABLE: bytearray(value[4:end])}
