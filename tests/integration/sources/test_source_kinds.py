"""Every kind of source, public and private, keeps the laws, against real servers."""

import base64
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES, SourceFetcherContract
from support.git_repository import GitRepository
from support.network_sources import add_credential, add_ssh_credential, network_sources
from support.source_archives import tar_gz, zipped
from support.source_certificate import Certificate
from support.source_server import SourceServer
from support.ssh_server import SshServer

from knative_lambda.adapters.s3.client import s3_client
from knative_lambda.adapters.sources.buckets import AllowedBuckets
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

BASIC = "Basic " + base64.b64encode("builder:päss".encode()).decode()
FOR_PUBLIC = {"hosts": "public.sources.test\n", "tenants": "acme\n"}


@attrs.frozen
class WithCredential(SourceFetcher):
    """Names a credential in each request."""

    fetcher: SourceFetcher

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        return self.fetcher.fetch(attrs.evolve(request, source_credentials="forge"))


class OnTheNetwork(SourceFetcherContract):
    """Sources of a server."""

    __test__ = False

    @pytest.fixture
    def fetcher(self, server: SourceServer) -> SourceFetcher:
        return network_sources(server.certificate.public)

    @pytest.fixture
    def there(self, server: SourceServer) -> str:
        server.files["/source.tar.gz"] = tar_gz(FILES)
        return server.url("/source.tar.gz")

    @pytest.fixture
    def missing(self, server: SourceServer) -> str:
        return server.url("/missing.tar.gz")


class TestTarballs(OnTheNetwork):
    __test__ = True


class TestTarballsForATokenAlone(OnTheNetwork):
    __test__ = True

    @pytest.fixture
    def fetcher(self, server: SourceServer, tmp_path: Path) -> SourceFetcher:
        server.guarded["/"] = "Bearer s3cret"
        place = tmp_path / "credentials"
        add_credential(place, "forge", {"type": "token", "token": "s3cret\n", **FOR_PUBLIC})
        return WithCredential(network_sources(server.certificate.public, credentials=place))


class TestZipsAsForgesPackThem(OnTheNetwork):
    __test__ = True

    @pytest.fixture
    def there(self, server: SourceServer) -> str:
        server.files["/archive/main.zip"] = zipped(FILES, "parser-main/")
        return server.url("/archive/main.zip")


class TestDataUrls(OnTheNetwork):
    __test__ = True

    @pytest.fixture
    def there(self) -> str:
        return "data:application/gzip;base64," + base64.b64encode(tar_gz(FILES)).decode()

    @pytest.fixture
    def missing(self) -> str:
        return "data:,"


class TestGitOverHttps(OnTheNetwork):
    __test__ = True

    @pytest.fixture
    def there(self, server: SourceServer) -> str:
        GitRepository.make(server.root / "acme" / "hello.git", FILES)
        return server.url("/acme/hello.git")

    @pytest.fixture
    def missing(self, server: SourceServer) -> str:
        return server.url("/acme/missing.git")


class TestGitOverHttpsWithAPassword(TestGitOverHttps):
    __test__ = True

    @pytest.fixture
    def fetcher(self, server: SourceServer, tmp_path: Path) -> SourceFetcher:
        server.guarded["/"] = BASIC
        place = tmp_path / "credentials"
        password = {"type": "basic", "username": "builder", "password": "päss\n"}
        add_credential(place, "forge", {**password, **FOR_PUBLIC})
        return WithCredential(network_sources(server.certificate.public, credentials=place))


class TestGitOverSsh(OnTheNetwork):
    __test__ = True

    @pytest.fixture
    def fetcher(self, ssh: SshServer, certificate: Certificate, tmp_path: Path) -> SourceFetcher:
        place = tmp_path / "credentials"
        add_ssh_credential(place, ssh)
        return WithCredential(network_sources(certificate.public, credentials=place))

    @pytest.fixture
    def there(self, ssh: SshServer) -> str:
        return ssh.url("/acme/hello.git")

    @pytest.fixture
    def missing(self, ssh: SshServer) -> str:
        return ssh.url("/acme/missing.git")


@pytest.mark.usefixtures("aws")
class TestS3(OnTheNetwork):
    __test__ = True

    @pytest.fixture
    async def fetcher(self, certificate: Certificate) -> SourceFetcher:
        async with s3_client() as client:
            await client.create_bucket(Bucket="sources")
            await client.put_object(Bucket="sources", Key="acme/a b.tgz", Body=tar_gz(FILES))
        allowed = AllowedBuckets.of(["sources/{third_party_id}"], "contexts")
        return network_sources(certificate.public, buckets=allowed)

    @pytest.fixture
    def there(self) -> str:
        return "s3://sources/acme/a b.tgz"

    @pytest.fixture
    def missing(self) -> str:
        return "s3://sources/acme/missing.tgz"
