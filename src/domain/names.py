"""The only maker of names: each is legal where it is used, and no two functions share one.

Every name ends in hex digits of a hash over the ids themselves, so cutting and
lower-casing the readable part cannot make two of them equal.
"""

import hashlib
import re
from functools import lru_cache
from typing import Final

from knative_lambda.domain.ids import FunctionId

_LABEL: Final = 63  # the longest DNS label, and the longest label value of Kubernetes
_SHORT: Final = 8  # hex digits of a hash that stand in a name
_LOGS: Final = "build-log/"
_OTHER: Final = re.compile(r"[^a-z0-9]+")


def _fit(prefix: str, function: FunctionId, *ends: str) -> str:
    mark = hashlib.sha256(f"{function.third_party_id}\0{function.parser_id}".encode()).hexdigest()
    tail = "-".join([mark[:_SHORT], *ends])
    readable = _OTHER.sub("-", f"{function.third_party_id}-{function.parser_id}".lower())
    room = _LABEL - len(prefix) - len(tail) - 1
    return f"{prefix}{readable[:room].rstrip('-')}-{tail}"


def slug(function: FunctionId) -> str:
    """The function's name wherever it has room of its own: S3 folder, repository."""
    return service(function).removeprefix("lambda-")


@lru_cache(maxsize=1024)  # it is asked for a dozen times while an event is handled
def service(function: FunctionId) -> str:
    """The Knative Service (and ServiceAccount) of *function*: a DNS label."""
    return _fit("lambda-", function)


def record(function: FunctionId) -> str:
    """The ConfigMap that holds the record of *function*: a DNS label."""
    return service(function)


def log_key(function: FunctionId, build_id: str) -> str:
    """Where the log of a build is stored."""
    return f"{_LOGS}{slug(function)}/{build_id}.log.gz"


def is_log(key: str) -> bool:
    """Whether *key* is one that `log_key` gives, rather than that of a context."""
    return key.startswith(_LOGS)


@lru_cache(maxsize=1024)  # as above
def job(function: FunctionId, build_id: str) -> str:
    """The Job of a build: named for the build, never for its content. A DNS label."""
    return _fit("build-", function, build_id[:_SHORT])


def trigger(function: FunctionId, attributes: tuple[tuple[str, str], ...]) -> str:
    """A Trigger of *function*, named for its filter, which cannot be changed once it exists."""
    text = "\0".join(part for pair in sorted(attributes) for part in pair)
    return _fit("lambda-", function, hashlib.sha256(text.encode()).hexdigest()[:_SHORT])


def repository(prefix: str, function: FunctionId) -> str:
    """The image repository of *function*, below the registry's host."""
    return f"{prefix}{slug(function)}"


def image_tag(content_hash: str, build_id: str, *, forced: bool) -> str:
    """The tag of a build's image. Tags are never overwritten, so a forced build has its own."""
    return f"{content_hash}-{build_id[:_SHORT]}" if forced else content_hash


def context_key(function: FunctionId, content_hash: str, build_id: str) -> str:
    """Where a build's context is stored: never shared by two builds, so each may delete its own."""
    return f"build-context/{slug(function)}/{content_hash[:32]}-{build_id[:_SHORT]}.tar.gz"


def event(request: str, end: str) -> str:
    """The CloudEvents `id` of what is said of a request: the same in every repeat.

    Request ids come from senders, so with the `source`, which is the tenant's, it is no other
    tenant's; a tenant may give two of its functions the same.
    """
    return f"{request}.{end}"


def tenant_source(third_party_id: str) -> str:
    """The CloudEvents `source` of everything that belongs to a tenant."""
    return f"network.notifi.{third_party_id}"
