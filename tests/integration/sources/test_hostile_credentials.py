"""Each lure has a careless program show a credential to a stranger, and ours to none."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import attrs
import pytest
from contracts.source_fetcher import request
from support.careless_fetch import CarelessFetcher
from support.hostile_credentials import LURES, TENANT, Lure
from support.network_sources import NAMES, Names, add_credential, network_sources
from support.source_server import SourceServer

from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason

TOKEN = "s3cret-token"  # noqa: S105 - that is what it is called
BEARER = f"Bearer {TOKEN}"
ON_THE_INTERNET = ("notpublic.sources.test", "public.sources.test.sources.test")
KNOWN = {**NAMES, **dict.fromkeys(ON_THE_INTERNET, "127.0.0.1")}


@attrs.frozen
class Recorders:
    """Servers that note what they are shown."""

    server: SourceServer
    elsewhere: SourceServer

    def written(self, text: str) -> str:
        """*text* with the ports of both."""
        found = text.replace("PORT", str(self.server.port))
        return found.replace("ELSEWHERE", str(self.elsewhere.port))

    def strangers(self, lure: Lure) -> list[tuple[str, str]]:
        """Host and path of all that were shown a credential, but for whom it is for."""
        shown = [
            (asked.host, asked.path)
            for asked in (*self.server.asked, *self.elsewhere.asked)
            if asked.authorization is not None
        ]
        own = f"public.sources.test:{self.server.port}"
        return [
            (host, path)
            for host, path in shown
            if not (lure.shown_at and host == own and path.startswith(lure.shown_at))
        ]

    def forget(self) -> None:
        self.server.asked.clear()
        self.elsewhere.asked.clear()


@pytest.fixture
async def recorders(server: SourceServer, tmp_path: Path) -> AsyncIterator[Recorders]:
    async with SourceServer(tmp_path, server.certificate) as elsewhere:
        server.guarded["/y"] = elsewhere.guarded["/y"] = BEARER
        yield Recorders(server, elsewhere)


@pytest.mark.parametrize("lure", LURES, ids=str)
async def test_a_credential_is_shown_to_nobody_else(
    lure: Lure, recorders: Recorders, tmp_path: Path
) -> None:
    for path, location in lure.redirects:
        recorders.server.redirects[path] = recorders.written(location)
    url = recorders.written(lure.url)
    if lure.believes(lure, TENANT, urlsplit(url).netloc):
        await CarelessFetcher(Names(KNOWN)).get(url, BEARER)
    assert recorders.strangers(lure), "it does no harm: it shows nothing"
    recorders.forget()

    lists = {"hosts": lure.hosts, "tenants": lure.tenants}
    add_credential(tmp_path / "credentials", "forge", {"type": "token", "token": TOKEN, **lists})
    fetcher = network_sources(
        recorders.server.certificate.public,
        resolver=Names(KNOWN),
        credentials=tmp_path / "credentials",
    )
    asked = attrs.evolve(request(url), source_credentials="forge")
    with pytest.raises(SourceRefusedError) as refusal:
        await fetcher.fetch(asked).__aenter__()
    assert refusal.value.reason is Reason.SOURCE_UNAUTHORIZED
    assert TOKEN not in refusal.value.detail
    assert recorders.strangers(lure) == []
    if lure.shown_at:
        assert len(recorders.server.shown) == 1
    else:
        assert "no credential of this name for this third_party_id" in refusal.value.detail
        assert recorders.server.asked == recorders.elsewhere.asked == []
