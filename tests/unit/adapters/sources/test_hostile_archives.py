"""Each hostile archive harms a careless program, and is refused by ours without a trace."""

import base64
import re
import tempfile
from pathlib import Path

import pytest
from contracts.source_fetcher import content, request
from support.hostile import MOST_BYTES, MOST_FILES, Archive, Box
from support.hostile_archives import ARCHIVES
from support.hostile_rules import RULES
from support.network_sources import network_sources
from support.source_archives import tar_gz

from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.domain.errors import SourceRefusedError

LIMITS = FetchLimits(TreeLimits(MOST_FILES, MOST_BYTES), ratio_from=1_000_000)


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
    assert re.search(RULES[hostile.kind], refusal.value.detail)
    assert "scratch" not in refusal.value.detail
    assert refusal.value.detail.isprintable()
    assert box.snapshot() == before


async def test_names_that_only_look_like_that_are_taken() -> None:
    names = "100%.js a%20b.js ...a.js a..js console.js .con.js größe.js ％.js"  # noqa: RUF001 - the point
    files = dict.fromkeys(names.split(), "code")
    url = "data:;base64," + base64.b64encode(tar_gz(files)).decode()
    async with network_sources(None).fetch(request(url)) as tree:
        assert content(tree.directory) == files
