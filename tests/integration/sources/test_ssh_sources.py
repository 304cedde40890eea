"""Repositories over ssh: who is believed, and with what."""

from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES, content, request
from support.network_sources import add_ssh_credential, network_sources
from support.source_certificate import Certificate
from support.ssh_server import SshServer, make_key

from knative_lambda.adapters.sources.source_fetcher import NetworkSources
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest


async def refused(fetcher: NetworkSources, asked: BuildRequest) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as refusal:
        await fetcher.fetch(asked).__aenter__()
    return refusal.value


@pytest.fixture
def asked(ssh: SshServer) -> BuildRequest:
    """For a repository that is there, with a credential."""
    return attrs.evolve(request(ssh.url("/acme/hello.git")), source_credentials="forge")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "credentials"


@pytest.fixture
def fetcher(certificate: Certificate, folder: Path) -> NetworkSources:
    return network_sources(certificate.public, credentials=folder)


async def test_the_commit_is_recorded(
    ssh: SshServer, asked: BuildRequest, fetcher: NetworkSources, folder: Path
) -> None:
    add_ssh_credential(folder, ssh)
    async with fetcher.fetch(attrs.evolve(asked, source_ref="main")) as tree:
        assert content(tree.directory) == FILES
        assert tree.revision is not None


async def test_a_host_with_another_key_is_refused(
    ssh: SshServer, asked: BuildRequest, fetcher: NetworkSources, folder: Path, tmp_path: Path
) -> None:
    other = f"[public.sources.test]:{ssh.port} {make_key(tmp_path / 'other')}"
    for known in (other, "elsewhere.test ssh-ed25519 AAAA"):
        add_ssh_credential(folder, ssh, known_hosts=known)
        before = ssh.log.read_text("utf-8") if ssh.log.exists() else ""
        refusal = await refused(fetcher, asked)
        assert refusal.reason is Reason.SOURCE_REJECTED
        assert "host key" in refusal.detail
        assert (ssh.log.read_text("utf-8") if ssh.log.exists() else "") == before


async def test_a_key_that_opens_nothing_is_unauthorized(
    ssh: SshServer, asked: BuildRequest, fetcher: NetworkSources, folder: Path, tmp_path: Path
) -> None:
    make_key(tmp_path / "other")
    key = (tmp_path / "other").read_text("utf-8")
    add_ssh_credential(folder, ssh, **{"ssh-privatekey": key})
    assert (await refused(fetcher, asked)).reason is Reason.SOURCE_UNAUTHORIZED


async def test_a_source_over_ssh_needs_a_key(
    ssh: SshServer, asked: BuildRequest, fetcher: NetworkSources, folder: Path
) -> None:
    nothing = attrs.evolve(asked, source_credentials=None)
    assert (await refused(fetcher, nothing)).reason is Reason.SOURCE_UNAUTHORIZED
    add_ssh_credential(folder, ssh, type="token", token="x")  # noqa: S106 - none
    assert (await refused(fetcher, asked)).reason is Reason.SOURCE_REJECTED


@pytest.mark.parametrize(
    "url",
    [
        "ssh://-oProxyCommand=touch/x.git",
        "ssh://git@-oProxyCommand=touch/x.git",
        "git@public.sources.test:-oProxyCommand=touch",
        "git@public.sources.test:x';touch",
        "ssh://git:secret@public.sources.test/x.git",
    ],
)
async def test_what_ssh_or_a_shell_could_read_is_refused(url: str, fetcher: NetworkSources) -> None:
    refusal = await refused(fetcher, request(url))
    assert refusal.reason is Reason.SOURCE_REJECTED
