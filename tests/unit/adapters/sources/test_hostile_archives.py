"""Each hostile archive harms a careless program, and is refused by ours without a trace."""

import base64
import tempfile
from pathlib import Path

import pytest
from contracts.source_fetcher import request
from support.hostile import Archive, Box
from support.hostile_archives import ARCHIVES
from support.network_sources import network_sources

from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.domain.errors import SourceRefusedError

LIMITS = FetchLimits(TreeLimits(max_files=40, max_bytes=5_000_000), ratio_from=1_000_000)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Box:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    return Box(tmp_path)


@pytest.mark.parametrize("hostile", ARCHIVES, ids=str)
async def test_a_hostile_archive_is_refused(hostile: Archive, box: Box) -> None:
    with box.fresh():
        archive = hostile.make(box)
        assert hostile.harms(archive, box), "it does no harm: it shows nothing"
    before = box.snapshot()
    url = "data:;base64," + base64.b64encode(archive).decode()
    fetching = network_sources(None, limits=LIMITS).fetch(request(url))
    with pytest.raises(SourceRefusedError) as refusal:
        await fetching.__aenter__()
    assert refusal.value.reason is hostile.reason
    assert "scratch" not in refusal.value.detail
    assert box.snapshot() == before
