"""Schemas are found by their types, and each is whole."""

import pytest

from knative_lambda.adapters.schemas import EventType, UnknownTypeError, schema, schemas, types

PREFIX = "network.notifi.lambda."


def by_name(name: str) -> EventType:
    return next(kind for kind in types() if kind.name == name)


@pytest.mark.parametrize("kind", types(), ids=lambda kind: kind.short)
def test_a_schema_is_found_by_the_short_and_by_the_whole_type(kind: EventType) -> None:
    found = schema(kind.name)

    assert found == schema(kind.short)
    rule = found["properties"]["type"]
    assert kind.name in rule.get("enum", [rule.get("const")])


def test_a_type_is_told_with_its_meaning_and_its_direction() -> None:
    start, failed = by_name(f"{PREFIX}build.start"), by_name(f"{PREFIX}build.failed")
    created = by_name(f"{PREFIX}service.created")

    assert (start.short, start.title) == (
        "build.start", "Build a function from its source, and serve it",
    )  # fmt: skip
    assert (start.consumed, start.published, start.directions) == (True, False, "consumed")
    assert (failed.consumed, failed.published) == (True, True)
    assert failed.directions == "consumed, published"
    assert (created.consumed, created.published, created.directions) == (False, True, "published")


def test_types_come_in_the_order_of_their_short_names() -> None:
    names = [kind.short for kind in types()]

    assert names == sorted(names)
    assert len(names) == len(set(names))


def test_types_without_our_prefix_keep_their_names() -> None:
    kind = by_name("dev.knative.apiserver.resource.add")

    assert kind.short == kind.name


def test_all_schemas_come_with_their_types() -> None:
    assert list(schemas()) == types()
    assert all(found == schema(kind.name) for kind, found in schemas().items())


def test_what_a_schema_refers_to_comes_with_it() -> None:
    held = schema("build.cancel")["$defs"]

    # The last of them are referred to only by the others.
    assert {"taken", "function_data", "build_id", "id", "line"} <= held.keys()
    assert "source_url" not in held


def test_a_definition_of_its_own_is_kept() -> None:
    assert "published" in schema("build.failed")["$defs"]


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ("bild.start", "build.start"),
        (f"{PREFIX}build.fail", "build.failed"),
        ("service.rolback", "service.rollback"),
        ("dev.knative.apiserver.resource", "dev.knative.apiserver.resource.add"),
    ],
)
def test_an_unknown_type_is_refused_with_what_may_have_been_meant(unknown: str, meant: str) -> None:
    with pytest.raises(UnknownTypeError) as refusal:
        schema(unknown)

    said = str(refusal.value)
    assert said.startswith(f"'{unknown}': is no type of event; did you mean {meant}?")
    assert all(kind.short in said for kind in types())


def test_a_type_that_is_like_no_other_gets_the_list_alone() -> None:
    with pytest.raises(UnknownTypeError) as refusal:
        schema("x" * 1000 + "\n")

    said = str(refusal.value)
    assert "did you mean" not in said
    assert all(kind.short in said for kind in types())
    assert said.isprintable()
    assert len(said) < 1000
