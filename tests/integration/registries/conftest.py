"""Registries of the tests' own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiobotocore.session import get_session
from support.certificates import Certificates
from support.moto import Moto
from support.pushing_setup import Pushing
from support.registry import BASIC
from support.registry_setup import Registries

if TYPE_CHECKING:
    from types_aiobotocore_ecr.client import ECRClient


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Who signs tokens, and what registries show over TLS."""
    return Certificates.make(tmp_path_factory.mktemp("signers"))


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Ends with the test, and with it all that was put onto it."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def opener(tmp_path: Path, signers: Certificates, stack: AsyncExitStack) -> Registries:
    """Opens registries until the test ends."""
    return Registries(tmp_path, signers, stack)


@pytest.fixture
async def ecr(aws: Moto) -> "AsyncIterator[ECRClient]":
    """AWS's own client, past the adapter."""
    async with get_session().create_client(
        "ecr", region_name="eu-west-3", endpoint_url=aws.url
    ) as client:
        yield client


@pytest.fixture
async def pushing(stack: AsyncExitStack, tmp_path: Path) -> Pushing:
    """A registry that plays, without anything in it, which wants a password."""
    return await Pushing.at(stack, tmp_path)


@pytest.fixture
def password() -> str:
    """What shows it."""
    return BASIC
