"""The stored form of records: nothing is lost, and equal records have equal texts."""

import json

import attrs
from contracts.records import rich
from hypothesis import given
from support.strategies import records

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record
from knative_lambda.ports import record_form

FUNCTION = FunctionId("acme", "hello")


@given(record=records)
def test_what_was_dumped_is_loaded(record: Record) -> None:
    assert record_form.load(record_form.dump(record)) == record


@given(record=records)
def test_equal_records_have_equal_texts(record: Record) -> None:
    twin = attrs.evolve(
        record,
        builds=dict(reversed(list(record.builds.items()))),
        operations=dict(reversed(list(record.operations.items()))),
    )
    assert twin == record
    assert record_form.dump(twin) == record_form.dump(record)


@given(record=records, other=records)
def test_records_that_differ_have_different_texts(record: Record, other: Record) -> None:
    assert (record_form.dump(record) == record_form.dump(other)) == (record == other)


@given(record=records)
def test_the_text_is_one_line_of_ascii_json(record: Record) -> None:
    text = record_form.dump(record)
    assert text.isascii()
    assert "\n" not in text
    assert isinstance(json.loads(text), dict)


def test_what_has_its_default_is_left_out() -> None:
    ids = {"third_party_id": "acme", "parser_id": "hello"}
    assert json.loads(record_form.dump(Record(FUNCTION))) == {"function": ids}


def test_a_record_from_before_builds_had_warnings_is_read() -> None:
    written = json.loads(record_form.dump(rich(FUNCTION)))
    builds = written["builds"].values()
    assert [build.pop("warning") for build in builds] == ["nodejs20: its support ended"]
    read = record_form.load(json.dumps(written))
    assert [build.warning for build in read.builds.values()] == [None]


def test_a_record_from_before_there_were_strategies_is_read() -> None:
    written = json.loads(record_form.dump(rich(FUNCTION)))
    for build in written["builds"].values():
        del build["strategy"], build["strategy_reason"], build["sbom"], build["content"]["kept"]

    [read] = record_form.load(json.dumps(written)).builds.values()

    assert (read.strategy, read.strategy_reason, read.sbom) == (None, "", None)
    assert read.content is not None
    assert read.content.kept is None


def test_what_a_later_version_adds_to_a_record_is_passed_over() -> None:
    written = json.loads(record_form.dump(rich(FUNCTION)))
    for build in written["builds"].values():
        build["added_later"] = build["content"]["added_later"] = 1

    assert record_form.load(json.dumps(written)) == rich(FUNCTION)


def test_a_record_in_which_everything_is_said_comes_back_whole() -> None:
    assert record_form.load(record_form.dump(rich(FUNCTION))) == rich(FUNCTION)
