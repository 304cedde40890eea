"""The corpus of what is hostile is as broad as its tables in the documentation say."""

from collections import Counter
from pathlib import Path

import pytest
from support.hostile_archives import ARCHIVES
from support.hostile_claims import CLAIMS, PAIRS
from support.hostile_credentials import LURES
from support.hostile_rules import RULES
from support.hostile_texts import TEXTS
from support.hostile_urls import URLS
from support.hostile_values import VALUES

DOCUMENT = Path(__file__).parents[4] / "docs" / "sources.md"
BEGIN, END = "| class | examples |\n| --- | --- |\n", "\n\n"
SOURCES = [Counter(archive.kind for archive in ARCHIVES), Counter(url.kind for url in URLS)]
REQUESTS = Counter(request.kind for request in [*VALUES, *TEXTS, *CLAIMS])
REQUESTS += Counter(lure.kind for lure in LURES) + Counter(pair.kind for pair in PAIRS)
CORPUS = [*SOURCES, REQUESTS]


def test_the_corpus_has_many_classes_and_few_cases_of_each() -> None:
    counts = sum(CORPUS, Counter[str]())
    assert len(counts) == sum(map(len, CORPUS)) >= 25
    assert counts.total() >= 60
    assert max(counts.values()) <= 4


@pytest.mark.parametrize("index", range(len(CORPUS)))
def test_a_table_has_each_class_and_no_other(index: int) -> None:
    tables = [part.partition(END)[0] for part in DOCUMENT.read_text("utf-8").split(BEGIN)[1:]]
    assert len(tables) == len(CORPUS)
    rows = [f"| {kind} | {count} |" for kind, count in CORPUS[index].items()]
    assert tables[index].splitlines() == rows


def test_each_class_of_sources_is_refused_for_a_rule_of_its_own() -> None:
    assert set(RULES) == set().union(*SOURCES)
