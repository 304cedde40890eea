"""Programs that look a thing up by the name they are given, and hardly ask whose it is."""

import posixpath
from collections.abc import Callable, Mapping

from support.careless_rendering import Harm
from support.hostile import Box

from knative_lambda.domain.ids import FunctionId

Loosened = Callable[[str], str]


def as_it_is(name: str) -> str:
    return name


def normalized(name: str) -> str:
    """Without `.` and `..`, once it was looked at."""
    return posixpath.normpath(name)


def lookup(owners: Mapping[str, str], beginning: str, read: Loosened = as_it_is) -> Harm:
    """Whether a name that begins as allowed opens what is not acme's.

    Args:
        owners: Whose each thing is, by name.
        beginning: That a name must have.
        read: What becomes of a name that has it.
    """

    def run(value: str, _box: Box) -> bool:
        return value.startswith(beginning) and owners.get(read(value), "acme") != "acme"

    return run


def upload(owners: Mapping[FunctionId, str], asked: FunctionId, key: Callable[..., str]) -> Harm:
    """Whether an upload of another function has the key that *asked* gives.

    Args:
        owners: The URL of each function's upload.
        asked: Who asks.
        key: Of a function's upload.
    """

    def run(value: str, _box: Box) -> bool:
        stored = {key(owner, url): owner for owner, url in owners.items()}
        return stored.get(key(asked, value), asked) != asked

    return run


def by_hash(_function: FunctionId, url: str) -> str:
    return url


def by_tenant(function: FunctionId, url: str) -> str:
    return f"{function.third_party_id}/{url}"


def by_joined_ids(function: FunctionId, url: str) -> str:
    return f"{joined(function)}/{url}"


def joined(function: FunctionId) -> str:
    """The name of a function as many make it."""
    name = f"{function.third_party_id}-{function.parser_id}".lower()
    return "".join(mark if mark.isalnum() else "-" for mark in name)[:50]


def filtered(event: Mapping[str, str]) -> Callable[[Mapping[str, str | None]], bool]:
    """Whether a filter lets *event* through, as brokers read one: what is empty selects all."""

    def run(wanted: Mapping[str, str | None]) -> bool:
        return all(not value or event.get(name) == value for name, value in wanted.items())

    return run
