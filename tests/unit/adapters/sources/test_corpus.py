"""The corpus of hostile sources is as broad as its table in the documentation says."""

from collections import Counter
from pathlib import Path

from support.hostile_archives import ARCHIVES
from support.hostile_urls import URLS

KINDS = [archive.kind for archive in ARCHIVES] + [url.kind for url in URLS]
DOCUMENT = Path(__file__).parents[4] / "docs" / "sources.md"


def test_the_corpus_has_many_classes_and_few_cases_of_each() -> None:
    counts = Counter(KINDS)
    assert len(counts) >= 25
    assert counts.total() >= 60
    assert max(counts.values()) <= 4


def test_each_class_stands_in_the_table() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    counts = Counter(KINDS)
    told = {row.split("|")[1].strip(): row.split("|")[2].strip() for row in rows}
    assert {kind: told.get(kind) for kind in counts} == {
        kind: str(count) for kind, count in counts.items()
    }
