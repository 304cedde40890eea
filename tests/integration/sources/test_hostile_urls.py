"""Each hostile URL leads a careless fetcher astray, and ours to nobody but who is allowed."""

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES, content, request
from support.careless_fetch import CarelessFetcher
from support.git_repository import GitRepository
from support.hostile_rules import RULES
from support.hostile_urls import URLS, Url
from support.network_sources import NAMES, Names, add_ssh_credential, network_sources
from support.source_archives import tar_gz
from support.source_server import SourceServer
from support.ssh_server import SshServer

from knative_lambda.adapters.sources.addresses import Address
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason

MIXED = {"both.sources.test": "127.0.0.1 127.0.0.2"}


@attrs.define(eq=False)
class Rebinding(Names):
    """Some names become others once they were asked for."""

    later: dict[str, str] = attrs.field(factory=dict)

    async def __call__(self, name: str) -> Sequence[Address]:
        found = await super().__call__(name.removesuffix("."))
        if name in self.later:
            self.known = {**self.known, name: self.later[name]}
        return found


@pytest.fixture
async def internal(server: SourceServer, tmp_path: Path) -> AsyncIterator[SourceServer]:
    """A server that nobody may be led to, at the same port as the public one."""
    async with SourceServer(
        tmp_path, server.certificate, "127.0.0.2", port=server.port
    ) as internal:
        yield internal


def names(hostile: Url) -> Rebinding:
    return Rebinding({**NAMES, **MIXED}, later=dict(hostile.rebinds))


@pytest.mark.parametrize("hostile", URLS, ids=str)
async def test_a_hostile_url_is_refused(
    hostile: Url, server: SourceServer, internal: SourceServer, ssh: SshServer, tmp_path: Path
) -> None:
    port = str(server.port)
    for path, location in hostile.redirects:
        server.redirects[path] = location.replace("PORT", port)
    url = hostile.url.replace("PORT", port)
    careless = CarelessFetcher(names(hostile))
    await careless.get(url)
    assert careless.went_astray, "it does no harm: it shows nothing"
    internal.asked.clear()

    # A key for all hosts: for those that it does not open, its lack would be the reason.
    add_ssh_credential(tmp_path / "credentials", ssh, hosts="127.0.0.2 [::ffff:7f00:2] *.test")
    asked = attrs.evolve(
        request(url), source_credentials=None if url.startswith("https") else "forge"
    )
    fetcher = network_sources(
        server.certificate.public,
        resolver=names(hostile),
        credentials=tmp_path / "credentials",
    )
    with pytest.raises(SourceRefusedError) as refusal:
        await fetcher.fetch(asked).__aenter__()
    assert refusal.value.reason is hostile.reason
    assert re.search(RULES[hostile.kind], refusal.value.detail)
    assert refusal.value.detail.isprintable()
    assert internal.asked == []


async def assert_careless_is_led_astray(url: str, rebinding: Rebinding) -> None:
    careless = CarelessFetcher(rebinding, looks_first=True)
    await careless.get(url)
    assert careless.went_astray, "it does no harm: it shows nothing"


async def test_an_address_is_looked_up_once_and_then_kept(
    server: SourceServer, internal: SourceServer
) -> None:
    server.files["/source.tgz"] = internal.files["/source.tgz"] = tar_gz(FILES)
    later = {"public.sources.test": "127.0.0.2"}
    await assert_careless_is_led_astray(server.url("/source.tgz"), Rebinding(later=later))
    internal.asked.clear()
    rebinding = Rebinding(later=later)
    fetcher = network_sources(server.certificate.public, resolver=rebinding)
    async with fetcher.fetch(request(server.url("/source.tgz"))) as tree:
        assert content(tree.directory) == FILES
    assert rebinding.asked == ["public.sources.test"]
    assert internal.asked == []


async def test_git_keeps_to_the_address_that_was_looked_at(
    server: SourceServer, internal: SourceServer
) -> None:
    made = GitRepository.make(server.root / "hello.git", FILES)
    later = {"public.sources.test": "127.0.0.2"}
    await assert_careless_is_led_astray(server.url("/hello.git"), Rebinding(later=later))
    internal.asked.clear()
    rebinding = Rebinding(later=later)
    fetcher = network_sources(server.certificate.public, resolver=rebinding)
    async with fetcher.fetch(request(server.url("/hello.git"))) as tree:
        assert tree.revision == made.commit_of("main")
    assert rebinding.asked == ["public.sources.test"]
    assert internal.asked == []


async def test_more_than_five_redirects_are_refused(server: SourceServer) -> None:
    server.redirects["/round"] = server.url("/round.zip")
    with pytest.raises(SourceRefusedError) as refusal:
        await (
            network_sources(server.certificate.public)
            .fetch(request(server.url("/round.zip")))
            .__aenter__()
        )
    assert refusal.value.reason is Reason.SOURCE_REJECTED
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "host",
    ["public.sources.test.other.sources.test", "notpublic.sources.test", "other.sources.test"],
)
async def test_a_host_that_is_not_on_the_list_is_not_even_looked_up(
    host: str, server: SourceServer
) -> None:
    known = Names()
    fetcher = network_sources(
        server.certificate.public, resolver=known, hosts=["public.sources.test", "*.public.test"]
    )
    with pytest.raises(SourceRefusedError) as refusal:
        await fetcher.fetch(request(server.url("/x.zip", host))).__aenter__()
    assert refusal.value.reason is Reason.SOURCE_REJECTED
    assert known.asked == []
