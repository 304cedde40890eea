"""The environment variables of the containers beside Kaniko, each set in one frozen value."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from knative_lambda.domain.ids import ID_RULE, is_id, is_request_id
from knative_lambda.environment import SettingsError
from knative_lambda.variables import broker_url, env, one_of, path, text, web_url, whole

_HASH: Final = 64  # hex digits of SHA-256
_SIGNS: Final = re.compile("signature|credential|token", re.IGNORECASE)


def _named(value: str) -> str:
    if not value:
        raise ValueError("must not be empty")
    return value


def _id(value: str) -> str:
    if not is_id(value):
        message = f"must be {ID_RULE}"
        raise ValueError(message)
    return value


def _build_id(value: str) -> str:
    if not is_request_id(value):
        raise ValueError("must be 32 hex digits")
    return value


def _key(value: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise ValueError("must be hex digits, two for each byte") from None


def _hash(value: str) -> str:
    if len(value) != _HASH or not set(value) <= set("0123456789abcdef"):
        raise ValueError("must be 64 hex digits, in lower case")
    return value


def _address(value: str) -> str:
    return web_url(_named(value))


def _broker(value: str) -> str:
    return broker_url(value) if value else value


@attrs.frozen(kw_only=True)
class SidecarSettings:
    """Of the container that tells how its build ended."""

    job: str = env("BUILD_JOB_NAME", None, _named, "the build's Job")
    third_party_id: str = env("THIRD_PARTY_ID", None, _id, "whose function it is")
    parser_id: str = env("PARSER_ID", None, _id, "which function")
    build_id: str = env("BUILD_ID", None, _build_id, "which build of it")
    image: str = env("IMAGE_URI", None, _named, "what is pushed")
    timeout: int = env("BUILD_TIMEOUT", None, whole, "seconds that the build may take")
    log_url: str = env(
        "LOG_URL", "", web_url, "where the log is sent by PUT; empty: nowhere", repr=False
    )
    key: bytes = env(
        "COMPLETION_KEY", "", _key, "the build's own, in hex; empty: unsigned", repr=False
    )
    pod: str = env("POD_NAME", None, _named, "the pod that this is in")
    namespace: str = env("POD_NAMESPACE", None, _named, "the namespace of that pod")
    publisher: str = env(
        "KLB_EVENT_PUBLISHER", "rabbitmq", one_of("rabbitmq", "http"), "where events go"
    )
    rabbitmq_url: str = env(
        "KLB_RABBITMQ_URL",
        "",
        _broker,
        "the broker, for a user that may publish",
        repr=False,
    )
    exchange: str = env("KLB_EXCHANGE", "cloud-events", _named, "topic exchange of all events")
    sink: str = env("K_SINK", "", web_url, "where http publishes to", repr=False)
    log_level: str = env(
        "KLB_LOG_LEVEL", "info", one_of("debug", "info", "warning", "error"), "least level logged"
    )
    collector: str = env(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "", web_url, "where the trace goes; empty: nowhere"
    )
    traceparent: str = env("TRACEPARENT", "", text, "the step of the trace that made the Job")
    account: Path = env(  # noqa: RUF009 - env gives a field
        "KLB_SERVICE_ACCOUNT_DIR",
        "/var/run/secrets/kubernetes.io/serviceaccount",
        path,
        "where the pod's token lies, and whom to trust",
    )
    folder: Path = env("TMPDIR", "/tmp", path, "where the log is kept")  # noqa: RUF009, S108 - the pod's own, of which nobody else has any part

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold."""
        urls = [urlsplit(url) for url in (self.rabbitmq_url, self.sink, self.log_url)]
        passwords = [unquote(url.password or "") for url in urls]
        signed = [value for name, value in parse_qsl(urls[-1].query) if _SIGNS.search(name)]
        return (self.key.hex(), *passwords, *signed)

    def __attrs_post_init__(self) -> None:
        misfits = list(self._misfits())
        if misfits:
            raise SettingsError("\n".join(misfits))

    def _misfits(self) -> Iterator[str]:
        used = {"http": ("K_SINK", self.sink), "rabbitmq": ("KLB_RABBITMQ_URL", self.rabbitmq_url)}
        name, value = used[self.publisher]
        if not value:
            yield f"{name}: missing: required for KLB_EVENT_PUBLISHER={self.publisher}"


@attrs.frozen(kw_only=True)
class FetchSettings:
    """Of the container that fetches the context before."""

    url: str = env("CONTEXT_URL", None, _address, "where the context is read from", repr=False)
    tree_hash: str = env("TREE_HASH", None, _hash, "what the context must hold")
    into: Path = env(  # noqa: RUF009 - env gives a field
        "CONTEXT_FILE", "/context/context.tar.gz", path, "the file that it becomes"
    )
