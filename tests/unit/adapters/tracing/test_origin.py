"""Whose trace it is, and whether it is kept: the producer has decided, or the variables do."""

import pytest

from knative_lambda.adapters.tracing.origin import Origin, Sampling
from knative_lambda.adapters.tracing.step import CONSUMER, Trace

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def origin(traceparent: str | None, state: str | None = None) -> Origin:
    return Sampling.from_env().origin("process", CONSUMER, traceparent, state)


@pytest.mark.parametrize(
    ("sampler", "flags", "kept"),
    [
        (None, "01", True),
        (None, "00", False),
        (None, "03", True),
        ("parentbased_always_off", "01", True),
        ("always_on", "00", True),
        ("always_off", "01", False),
    ],
)
def test_the_parent_decides_unless_the_variables_say_otherwise(
    sampler: str | None, flags: str, monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    if sampler is not None:
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    found = origin(f"00-{TRACE}-{PARENT}-{flags}", "a=1")

    assert (found.parent, found.trace.id, found.trace.kept) == (PARENT, TRACE, kept)
    assert found.trace.state == "a=1" or not kept


@pytest.mark.parametrize(
    "traceparent",
    [
        None,
        "",
        "not a parent",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
    ],
)
def test_what_names_no_parent_begins_a_trace(traceparent: str | None) -> None:
    first, second = origin(traceparent, "a=1"), origin(traceparent)

    assert first.parent == ""
    assert first.trace == Trace(first.trace.id, kept=True)
    assert len(first.trace.id) == 32
    assert first.trace.id != second.trace.id


def test_which_new_traces_are_kept_is_the_variables_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
    assert not origin(None).trace.kept
