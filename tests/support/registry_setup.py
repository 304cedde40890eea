"""A registry of the tests', what pushes to it, and adapters of ours that ask it."""

import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import attrs
from support.certificates import Certificates
from support.registry import PASSWORD, USER, Mode, RegistryServer, registry_server
from support.registry_push import Pusher
from support.registry_script import Answer, Script
from support.registry_tokens import TokenServer

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.credentials import Credential
from knative_lambda.adapters.oci.docker_config import DockerConfig
from knative_lambda.adapters.oci.image_registry import OciImageRegistry

KNOWN = Credential(USER, PASSWORD)


@attrs.define(eq=False)
class Setup:
    """A registry that runs, and its surroundings.

    Attributes:
        stack: Closes the adapters.
    """

    server: RegistryServer
    tokens: TokenServer
    pusher: Pusher
    config: Path
    stack: AsyncExitStack

    def adapter(self, known: Credential | None = KNOWN, **more: Any) -> OciImageRegistry:
        """One that finds the credential *known*, or none; *more* is for its client."""
        log_in(self.config, self.server.host, known)
        address = Address.of(self.server.host, self.server.authority)
        return adapter(self.stack, address, self.config, **more)


def adapter(stack: AsyncExitStack, address: Address, config: Path, **more: Any) -> OciImageRegistry:
    """One that *stack* closes."""
    client = RegistryClient(address, DockerConfig(config, address.registry), **more)
    stack.push_async_callback(client.close)
    return OciImageRegistry(client)


async def scripted(
    stack: AsyncExitStack, answer: Answer, tls: Certificates | None = None
) -> Script:
    """A server that answers so, until *stack* ends."""
    return await stack.enter_async_context(Script(answer, tls))


def asking_of(
    stack: AsyncExitStack,
    folder: Path,
    script: Script,
    known: Credential | None = KNOWN,
    **more: Any,
) -> OciImageRegistry:
    """An adapter that asks *script*, finds *known* in *folder*, and is closed by *stack*."""
    log_in(folder / "config.json", script.host, known)
    authority = script.certificates.authority if script.certificates is not None else None
    return adapter(stack, Address.of(script.host, authority), folder / "config.json", **more)


def log_in(config: Path, registry: str, known: Credential | None) -> None:
    """Write to *config* what `docker login` would."""
    auths = {} if known is None else {registry: {"auth": known.basic.removeprefix("Basic ")}}
    config.write_text(json.dumps({"auths": auths}), "utf-8")


@attrs.frozen
class Registries:
    """Opens registries, each without any repository, and keeps them until *stack* ends."""

    folder: Path
    signers: Certificates
    stack: AsyncExitStack

    async def open(self, mode: Mode = Mode.OPEN, *, tls: bool = False) -> Setup:
        server = self.stack.enter_context(
            registry_server(self.folder, mode, signers=self.signers, tls=tls)
        )
        tokens = await self.stack.enter_async_context(TokenServer(server, self.signers))
        pusher = await self.stack.enter_async_context(Pusher(server, tokens))
        return Setup(server, tokens, pusher, self.folder / "config.json", self.stack)
