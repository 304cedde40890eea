"""Servers of sources on loopback."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from contracts.source_fetcher import FILES
from support.git_repository import GitRepository
from support.source_certificate import Certificate, make_certificate
from support.source_server import SourceServer
from support.ssh_server import SshServer, ssh_server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """What all servers show."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def server(tmp_path: Path, certificate: Certificate) -> AsyncIterator[SourceServer]:
    """One that stands for a host on the internet."""
    async with SourceServer(tmp_path / "repositories", certificate) as server:
        yield server


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all that is temporary goes."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="session")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """A server with repositories for those who have its key."""
    with ssh_server(tmp_path_factory.mktemp("ssh")) as server:
        GitRepository.make(server.root / "acme" / "hello.git", FILES)
        yield server
