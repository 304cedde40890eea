"""Registries of the tests' own."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiobotocore.session import get_session
from support.certificates import Certificates
from support.moto import Moto, moto_server
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


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    """AWS, as far as these tests go."""
    with moto_server() as moto:
        yield moto


@pytest.fixture
def aws(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Moto:
    """An AWS with nothing in it, which this process takes for the real one."""
    moto.reset()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in moto.environment.items():
        monkeypatch.setenv(name, value)
    return moto


@pytest.fixture
async def ecr(aws: Moto) -> "AsyncIterator[ECRClient]":
    """AWS's own client, past the adapter."""
    async with get_session().create_client(
        "ecr", region_name="eu-west-3", endpoint_url=aws.url
    ) as client:
        yield client
