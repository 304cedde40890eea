"""How the text of an environment variable becomes a value: one reader a kind."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from knative_lambda.domain.base_images import with_images
from knative_lambda.domain.image_name import is_registry
from knative_lambda.domain.runtimes import RUNTIMES, Runtime
from knative_lambda.domain.strategy import Strategy

_LAST_PORT: Final = 65535
_MOST_IN_HAND: Final = 65535  # the protocol counts them in 16 bits
_PREFIX: Final = re.compile(r"(?:[a-z0-9]+(?:[._/-][a-z0-9]+)*[._/-]?)?", re.ASCII)
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


def text(value: str) -> str:
    """Any text."""
    return value


def whole(value: str) -> int:
    """A count of at least one."""
    if not value.isdecimal() or int(value) < 1:
        raise ValueError("must be a whole number of at least 1")
    return int(value)


def seconds(value: str) -> float:
    """A duration, in seconds."""
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError("must be a number and s, m or h, such as 90s or 1h")
    return float(match[1]) * _SECONDS[match[2]]


def one_of(*choices: str) -> Callable[[str], str]:
    """One of the *choices*."""

    def read(value: str) -> str:
        if value not in choices:
            message = f"must be one of: {', '.join(choices)}"
            raise ValueError(message)
        return value

    return read


def strategy(value: str) -> Strategy:
    """How images are made."""
    return Strategy(one_of(*(one.value for one in Strategy))(value))


def path(value: str) -> Path:
    """A path; `~` is the user's home."""
    return Path(value).expanduser()


def file(value: str) -> Path | None:
    """A file that is there; empty: none."""
    if not value:
        return None
    found = path(value)
    if not found.is_file():
        raise ValueError("must be a file that is there")
    return found


def prefetch(value: str) -> int:
    """How many deliveries a channel of the broker may have in hand."""
    if not value.isdecimal() or not 0 < int(value) <= _MOST_IN_HAND:
        raise ValueError("must be a whole number from 1 to 65535")
    return int(value)


def folder(value: str) -> Path | None:
    """A folder that is there; empty: none."""
    if not value:
        return None
    found = path(value)
    if not found.is_dir():
        raise ValueError("must be a folder that is there")
    return found


def texts(value: str) -> tuple[str, ...]:
    """Several, with commas in between."""
    return tuple(part for part in (piece.strip() for piece in value.split(",")) if part)


def runtimes(value: str) -> Mapping[str, Runtime]:
    """All runtimes by name, on other images where *value* has RUNTIME=IMAGE or RUNTIME/build=IMAGE.

    There may be several, with commas in between.
    """
    images: dict[str, str] = {}
    for piece in texts(value):
        name, sign, image = (part.strip() for part in piece.partition("="))
        if not sign:
            message = f"{piece!r}: must be RUNTIME=IMAGE or RUNTIME/build=IMAGE"
            raise ValueError(message)
        if name in images:
            message = f"{name}: is named twice"
            raise ValueError(message)
        images[name] = image
    return with_images(RUNTIMES, images)


def flag(value: str) -> bool:
    """Yes or no."""
    if value not in ("true", "false"):
        raise ValueError("must be true or false")
    return value == "true"


def port(value: str) -> int:
    """A TCP port."""
    if not value.isdecimal() or not 0 < int(value) <= _LAST_PORT:
        raise ValueError("must be a port: 1 to 65535")
    return int(value)


def registry(value: str) -> str:
    """What stands before the repository in the names of images."""
    if not is_registry(value):
        raise ValueError(
            "must be a host, with a port and a path if there are any, "
            "such as registry.example:5000/functions"
        )
    return value


def other_registry(value: str) -> str:
    """A registry; empty: none."""
    return registry(value) if value else ""


def registry_hosts(value: str) -> tuple[str, ...]:
    """The hosts of registries, with commas in between."""
    hosts = texts(value)
    if any("/" in host or not is_registry(host) for host in hosts):
        raise ValueError("must be hosts, each with its port if it has one, and commas in between")
    return hosts


def repository_prefix(value: str) -> str:
    """What the name of every repository begins with; empty: nothing."""
    if _PREFIX.fullmatch(value) is None:
        raise ValueError("must be a-z and 0-9 between single / . _ or -")
    return value


def broker_url(value: str) -> str:
    """The address of a broker, with its credentials; these are percent-encoded."""
    rule = "must be amqp:// or amqps://user:password@host:port/vhost, with odd characters as %XX"
    try:
        url = urlsplit(value)
        good = url.scheme in ("amqp", "amqps") and bool(url.hostname) and url.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError(rule)
    return value


def web_url(value: str) -> str:
    """An address to send events to; empty: none."""
    rule = "must be http:// or https:// and a host"
    try:
        url = urlsplit(value)
        good = not value or (url.scheme in ("http", "https") and url.hostname and url.port != 0)
    except ValueError:
        good = False
    if not good:
        raise ValueError(rule)
    return value


def env(name: str, default: str | None, read: Callable[[str], Any], words: str, **more: Any) -> Any:
    """A field that is read from the variable *name* by *read*; *words* explain it.

    Without a *default* the variable must be there.
    """
    metadata = {"name": name, "default": default or "", "read": read, "words": words}
    if default is None:
        return attrs.field(metadata=metadata, **more)
    return attrs.field(default=attrs.Factory(lambda: read(default)), metadata=metadata, **more)
