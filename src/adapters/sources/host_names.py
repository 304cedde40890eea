"""Hosts as URLs name them, in the one form that everything here compares."""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from knative_lambda.adapters.sources.addresses import Address

_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_LONGEST: Final = 253


def host_name(text: str) -> str:
    """*text* in lower case and without a dot at its end; an IPv6 address without brackets.

    Raises:
        ValueError: It is no host, or an address in a form that programs read differently.
    """
    name = text.lower().removesuffix(".")
    if name.startswith("["):
        return _bracketed(name)
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(name))
        except ValueError as error:
            raise ValueError(
                "must name its host by a name, or by four decimal numbers between dots"
            ) from error
    if len(name) > _LONGEST or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(
            "must name its host in letters, digits, '-' and '.'; a name in other letters in its "
            "form that begins with xn--"
        )
    return name


def address_of(name: str) -> Address | None:
    """The address that *name*, as `host_name` gives it, is; `None` if it is a name."""
    if ":" in name:
        return IPv6Address(name)
    try:
        return IPv4Address(name)
    except ValueError:
        return None


def _bracketed(name: str) -> str:
    # A zone says which network card to use: that of this service.
    if not name.endswith("]") or "%" in name:
        raise ValueError("must name an IPv6 address between '[' and ']', without a zone")
    try:
        return str(IPv6Address(name[1:-1]))
    except ValueError as error:
        raise ValueError("must name an IPv6 address between '[' and ']'") from error
