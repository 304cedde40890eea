"""What a broker says must reach us, also where the AMQP client expects something else.

The broker takes any bytes as a name, and any number as a timestamp. The client takes one that it
cannot read for a broken frame and hangs up; the broker then delivers the same message again. The
decoder's own tables are the one place where it can be told better.
"""

import struct
from typing import Any, Final

from aio_pika import DeliveryMode
from pamqp import commands, decode

UNREADABLE: Final = "unreadable"  # the header that holds a table of headers nobody can read
_SHORT: Final = 255  # bytes of the longest short string


def install() -> None:
    """Let the client of this process go on where it would give up."""
    decode.METHODS.update(timestamp=_timestamp, shortstr=_short_string, table=_headers)
    decode.TABLE_MAPPING.update({b"T": _timestamp, b"F": _table})
    # Else it does not tell why the broker closes, which it does if it refuses a virtual host.
    commands.Connection.Open.valid_responses = ["Connection.OpenOk", "Connection.Close"]
    # Newer brokers keep any number here; what we send is always persistent.
    DeliveryMode._missing_ = lambda _: DeliveryMode.PERSISTENT  # type: ignore[method-assign, assignment]


def _timestamp(value: bytes) -> tuple[int, Any]:
    """None, for an instant that no `datetime` can hold."""
    try:
        return decode.timestamp(value)
    except (ValueError, OverflowError, OSError):
        return 8, None


def _short_string(value: bytes) -> tuple[int, str]:
    """With escapes for what is not UTF-8, as many as can be sent again."""
    end = value[0] + 1
    text = value[1:end].decode("utf-8", "backslashreplace")
    return end, text.encode()[:_SHORT].decode("utf-8", "ignore")


def _headers(value: bytes) -> tuple[int, Any]:
    """Like any table, and just as unreadable when tables in it are nested too deeply."""
    try:
        return _table(value)
    except RecursionError:
        return _unreadable(value)


def _table(value: bytes) -> tuple[int, Any]:
    """One entry with the bytes of all, if a name among them is not UTF-8."""
    try:
        return decode.field_table(value)
    except ValueError:
        return _unreadable(value)


def _unreadable(value: bytes) -> tuple[int, Any]:
    end = struct.unpack(">I", value[:4])[0] + 4
    return end, {UNREADABLE: bytearray(value[4:end])}
