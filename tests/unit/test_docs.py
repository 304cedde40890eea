"""The documents' generated parts, against the tables that they are generated from."""

from pathlib import Path
from typing import get_args

import pytest

from knative_lambda.adapters.documents import (
    BEGIN,
    END,
    runtimes_table,
    settings_table,
    state_diagram,
    state_machine,
    with_generated,
)
from knative_lambda.domain import guards
from knative_lambda.domain.events import BuildEnded, Event
from knative_lambda.domain.machine import TRANSITIONS, Rule
from knative_lambda.domain.record import Phase
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.entrypoints.docs import ROOT, main, stale
from knative_lambda.entrypoints.generated import generated
from knative_lambda.settings import Settings, table


def copied(root: Path) -> Path:
    (root / "docs").mkdir()
    for name in generated():
        (root / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    return root


def outdated(root: Path) -> Path:
    document = copied(root) / "README.md"
    document.write_text(document.read_text("utf-8").replace("| `KLB_", "| `OLD_"), "utf-8")
    return root


@pytest.mark.parametrize("name", generated())
def test_a_committed_document_says_what_its_table_says(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")

    assert text == with_generated(text, generated()[name]), "run: make docs"


@pytest.mark.parametrize("phase", Phase)
def test_the_diagram_and_the_sections_name_every_phase(phase: Phase) -> None:
    edges = [line.partition(": ")[0].split() for line in state_diagram(TRANSITIONS).splitlines()]

    assert any(phase.value in edge for edge in edges)
    assert f"\n### {phase.value}\n" in state_machine(TRANSITIONS)


@pytest.mark.parametrize("event", get_args(Event))
def test_the_diagram_and_the_sections_name_every_event(event: type[Event]) -> None:
    diagram = state_diagram(TRANSITIONS)
    sections = state_machine(TRANSITIONS).replace(diagram, "").split("\n### ")[1:]

    assert event.__name__ in diagram
    assert [event.__name__ in section for section in sections] == [True] * len(Phase)


def test_a_rule_is_told_with_its_condition_and_its_effects() -> None:
    def ring_the_bell(*_: object) -> tuple[()]:
        return ()

    good = Rule(Phase.COMPLETE, effects=(ring_the_bell,), when=guards.succeeded)
    text = state_machine({Phase.OPEN: {BuildEnded: (good, Rule(Phase.FAILED))}})

    assert "open --> complete: BuildEnded [succeeded]" in text
    assert "open --> failed: BuildEnded [otherwise]" in text
    assert "| `BuildEnded` | succeeded | complete | ring the bell |" in text


def test_each_variable_has_its_row() -> None:
    text = settings_table(table())

    assert len(text.splitlines()) == 2 + len(Settings.__attrs_attrs__)
    assert "| `KLB_PREFETCH` | `32` | deliveries in hand at once |" in text


def test_each_runtime_has_its_row() -> None:
    text = runtimes_table(RUNTIMES.values())

    assert len(text.splitlines()) == 2 + len(RUNTIMES)
    assert "| `nodejs20` | `node20`, `nodejs20.x` |" in text
    assert "| the same | 2026-04-30 |" in text
    assert "`docker.io/library/golang:1.27` | about 2027-08-31 |" in text


def test_a_bar_does_not_end_its_cell() -> None:
    assert "| `A` |  | this \\| that |" in settings_table([("A", "", "this | that")])


@pytest.mark.parametrize("document", ["", BEGIN, END + BEGIN, BEGIN + END + BEGIN + END])
def test_a_document_without_its_markers_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        with_generated(document, "text")


def test_a_document_is_named_when_its_markers_are_missing(tmp_path: Path) -> None:
    (copied(tmp_path) / "README.md").write_text("nothing", "utf-8")

    with pytest.raises(ValueError, match=r"README\.md: must hold"):
        stale(tmp_path)


def test_a_check_tells_what_is_stale_and_leaves_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (outdated(tmp_path) / "README.md").read_text("utf-8")

    assert main(["--check"], tmp_path) == 1
    assert capsys.readouterr().out == "README.md: is stale: make docs\n"
    assert (tmp_path / "README.md").read_text("utf-8") == before


def test_what_is_stale_is_rewritten(tmp_path: Path) -> None:
    assert main([], outdated(tmp_path)) == 0
    assert main(["--check"], tmp_path) == 0
    assert (tmp_path / "README.md").read_text("utf-8") == (ROOT / "README.md").read_text("utf-8")
