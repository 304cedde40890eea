"""A credential is shown to the hosts that it lists, for the tenants that it lists, and no other."""

import base64
from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES, content, request
from support.git_repository import GitRepository
from support.network_sources import add_credential, network_sources
from support.source_archives import tar_gz
from support.source_server import SourceServer

from knative_lambda.adapters.sources.source_fetcher import NetworkSources
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest

TOKEN = "s3cret-token"  # noqa: S105 - that is what it is called
BEARER = f"Bearer {TOKEN}"


@pytest.fixture
def fetcher(server: SourceServer, tmp_path: Path) -> NetworkSources:
    place = tmp_path / "credentials"
    files = {"type": "token", "token": TOKEN, "hosts": "public.sources.test", "tenants": "acme"}
    add_credential(place, "forge", files)
    add_credential(tmp_path, "elsewhere", {**files, "tenants": "acme"})
    return network_sources(server.certificate.public, credentials=place)


def private(url: str, credential: str = "forge") -> BuildRequest:
    return attrs.evolve(request(url), source_credentials=credential)


async def refused(fetcher: NetworkSources, asked: BuildRequest) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as refusal:
        await fetcher.fetch(asked).__aenter__()
    assert TOKEN not in str(refusal.value)
    return refusal.value


async def test_a_credential_does_not_follow_a_redirect_on_its_own_host(
    server: SourceServer, fetcher: NetworkSources
) -> None:
    server.redirects["/x.tgz"] = "/y.tgz"
    server.files["/y.tgz"] = tar_gz(FILES)
    async with fetcher.fetch(private(server.url("/x.tgz"))) as tree:
        assert content(tree.directory) == FILES
    assert [asked.authorization for asked in server.asked] == [BEARER, None]


async def test_a_repository_that_has_moved_is_followed_without_the_credential(
    server: SourceServer, fetcher: NetworkSources
) -> None:
    GitRepository.make(server.root / "new.git", FILES)
    server.redirects["/old.git"] = server.url("/new.git*", "other.sources.test")
    async with fetcher.fetch(private(server.url("/old.git"))) as tree:
        assert content(tree.directory) == FILES
    assert len(server.shown) == 1
    assert server.asked[0].authorization == server.shown[0]


async def test_who_may_not_use_a_credential_is_not_told_why(
    server: SourceServer, fetcher: NetworkSources
) -> None:
    url = server.url("/x.tgz")
    stranger = attrs.evolve(private(url), function=FunctionId("other", "hello"))
    requests = [
        stranger,
        private(url, "unknown"),
        private(url, "elsewhere"),
        private(url, "../elsewhere"),
        private(server.url("/x.tgz", "other.sources.test")),
    ]
    refusals = [await refused(fetcher, asked) for asked in requests]
    assert {refusal.reason for refusal in refusals} == {Reason.SOURCE_UNAUTHORIZED}
    assert len({refusal.detail for refusal in refusals}) == 1
    assert server.asked == []


async def test_git_has_a_token_as_the_password_that_forges_take(
    server: SourceServer, fetcher: NetworkSources
) -> None:
    GitRepository.make(server.root / "hello.git", FILES)
    shown = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    server.guarded["/"] = shown
    async with fetcher.fetch(private(server.url("/hello.git"))) as tree:
        assert content(tree.directory) == FILES
    assert set(server.shown) == {shown}


async def test_a_source_that_is_private_asks_for_a_credential(
    server: SourceServer, fetcher: NetworkSources
) -> None:
    server.guarded["/"] = BEARER
    for path in ("/x.tgz", "/hello.git"):
        refusal = await refused(fetcher, request(server.url(path)))
        assert refusal.reason is Reason.SOURCE_UNAUTHORIZED
        assert "source_credentials" in refusal.detail
