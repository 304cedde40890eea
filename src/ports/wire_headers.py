"""Attributes in the headers of a message: the forms they come in, and the values they may have.

A form is a prefix, or none; neither prefixes nor names depend on case. Where forms disagree about
an attribute, the first of these counts: `ce-`, `ce_`, `cloudEvents:`, `cloudEvents_`, bare; of
two headers in one form, the last.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from knative_lambda.domain.fields import shown
from knative_lambda.domain.instants import format_instant
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_attributes import NAME_RULE, TRACE, VALUE_RULE, as_text, is_name
from knative_lambda.ports.wire_faults import malformed

_CONTENT_TYPE: Final = "content-type"
_PREFIX: Final = re.compile(r"ce[-_]|cloudevents[:_]", re.ASCII | re.IGNORECASE)
_RANKS: Final = {"ce-": 0, "ce_": 1, "cloudevents:": 2, "cloudevents_": 3}
_BARE: Final = 4
_ROUTING: Final = frozenset({"CC", "BCC"})  # RabbitMQ's own: lists of further routing keys
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MILLISECOND: Final = 1_000_000  # in nanoseconds; what AMQP counts instants in


@attrs.frozen
class Header:
    """A header that may be an attribute: as it came, and how much its form counts, 0 the most."""

    name: str
    value: object
    rank: int

    @property
    def prefixed(self) -> bool:
        """Whether it can be nothing but an attribute."""
        return self.rank < _BARE


def content_type(message: Message) -> str:
    """What the transport says *message* is, else what a header does; empty when neither does.

    Raises:
        PermanentError: Of kind malformed: the header is not text.
    """
    if message.content_type:
        return message.content_type
    for name, value in message.headers.items():
        if value is not None and name.lower() == _CONTENT_TYPE:
            return as_text(_CONTENT_TYPE, _plain(name, value))
    return ""


def named(headers: Mapping[str, object]) -> dict[str, Header]:
    """The headers that may be attributes, by attribute; their values are not looked at yet.

    A bare header that cannot be one is somebody else's, and left out.
    """
    found: dict[str, Header] = {}
    for name, value in headers.items():
        prefix = _PREFIX.match(name)
        rank = _RANKS[prefix[0].lower()] if prefix is not None else _BARE
        attribute = name[prefix.end() :] if prefix is not None else name
        if attribute.isascii():  # else lower() could make a letter of ASCII out of another
            attribute = attribute.lower()
        if value is None or (prefix is None and not _may_be_bare(name, attribute)):
            continue
        if attribute not in found or rank <= found[attribute].rank:
            found[attribute] = Header(name, value, rank)
    return found


def _may_be_bare(name: str, attribute: str) -> bool:
    return is_name(attribute) and attribute != "data" and name not in _ROUTING


def text(name: str, headers: Mapping[str, Header]) -> str:
    """What *headers* say of the attribute *name*; empty when they do not.

    Raises:
        PermanentError: Of kind malformed, naming the header and its fault.
    """
    header = headers.get(name)
    return "" if header is None else as_text(name, _value(name, header))


def values(headers: Mapping[str, Header]) -> dict[str, object]:
    """What the attributes in *headers* say, as JSON would.

    Raises:
        PermanentError: Of kind malformed, naming the header and its fault.
    """
    return {name: _value(name, header) for name, header in headers.items()}


def _value(name: str, header: Header) -> object:
    if name == "data":
        raise malformed(shown(header.name), "no attribute", "the data is the body")
    if not is_name(name):
        raise malformed(shown(header.name), "illegal name", f"after the prefix, {NAME_RULE}")
    if name in TRACE:
        return header.value  # which is read or dropped, and refused in no form
    if name == "time" and type(header.value) is int:
        return _instant(header.name, header.value * _MILLISECOND)
    return _plain(header.name, header.value)


def _plain(name: str, value: object) -> object:
    match value:
        case str() | int():
            return value
        case bytes() | bytearray():
            try:
                return value.decode()
            except UnicodeDecodeError as error:
                fault = f"no UTF-8 at byte {error.start}"
                raise malformed(shown(name), fault, "must be text in UTF-8") from error
        case datetime():
            # What has no zone is in UTC, as AMQP's timestamps are.
            at = value if value.utcoffset() is not None else value.replace(tzinfo=UTC)
            return _instant(name, (at - _EPOCH) // _MICROSECOND * 1000)
        case _:
            raise malformed(shown(name), type(value).__name__, VALUE_RULE)


def _instant(name: str, at: int) -> str:
    try:
        return format_instant(at)
    except OverflowError as error:
        raise malformed(shown(name), "out of range", "must lie in the years 1 to 9999") from error
