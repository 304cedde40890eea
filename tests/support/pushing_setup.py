"""Repositories of ours at registries of the tests', which wait for nothing."""

import hashlib
import io
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import attrs
from support.fake_registry import FakeRegistry, named
from support.registry import BASIC
from support.registry_push import MANIFEST
from support.registry_script import Script, guarded
from support.registry_setup import KNOWN, log_in, scripted

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.docker_config import DockerConfig
from knative_lambda.adapters.oci.repository import Blob, Manifest, Repository
from knative_lambda.adapters.oci.retries import Retries

NAME = "lambda/hello"


@attrs.define(eq=False)
class Waits:
    """Waits that take no time.

    Attributes:
        seconds: Of each.
    """

    seconds: list[float] = attrs.field(factory=list)

    @property
    def retries(self) -> Retries:
        return Retries(self.sleep, lambda: 0.5)

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@attrs.define(eq=False)
class Pushing:
    """A registry that plays, and a repository there.

    Attributes:
        script: Notes what was asked.
        registry: Answers, unless the script was told another who does.
    """

    script: Script
    registry: FakeRegistry
    repository: Repository
    waits: Waits

    @classmethod
    async def at(cls, stack: AsyncExitStack, folder: Path) -> "Pushing":
        """A new registry, which wants a password, until *stack* ends."""
        registry = FakeRegistry()
        script = await scripted(stack, guarded('Basic realm="r"', BASIC, registry))
        log_in(folder / "config.json", script.host, KNOWN)
        client = client_of(stack, script.host, folder / "config.json")
        waits = Waits()
        return cls(script, registry, Repository(client, NAME, waits.retries), waits)

    def count(self, method: str, part: str = "") -> int:
        """How many requests there were of that kind."""
        seen = self.script.seen
        return sum(each.method == method and part in each.path for each in seen)


def client_of(stack: AsyncExitStack, host: str, config: Path, **more: Any) -> RegistryClient:
    """One of the registry at *host*, closed by *stack*."""
    client = RegistryClient(Address.of(host), DockerConfig(config, host), **more)
    stack.push_async_callback(client.close)
    return client


def blob(content: bytes) -> Blob:
    """That of *content*."""
    return Blob(named(content), len(content), lambda: io.BytesIO(content))


def noise(size: int) -> bytes:
    """So many bytes, whose parts are different."""
    return hashlib.shake_128(b"noise").digest(size)


def manifest(**fields: Any) -> Manifest:
    """One with those *fields*."""
    body: Mapping[str, Any] = {"schemaVersion": 2, "mediaType": MANIFEST, **fields}
    return Manifest(MANIFEST, json.dumps(body).encode())
