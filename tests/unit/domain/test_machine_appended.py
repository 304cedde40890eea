"""What a record keeps of how an image was made, and of the layer that others may have of it."""

import attrs
import pytest
from support.domain import (
    APPENDED,
    BY_KANIKO,
    CONTENT,
    DIGEST,
    IMAGE,
    NOON,
    SBOM,
    SECOND,
    build,
    event,
    record,
    request_id,
)

from knative_lambda.domain import events
from knative_lambda.domain.effects import KeepDependencies
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Outcome, Phase
from knative_lambda.domain.strategy import LONGEST_REASON, Choice, Strategy


def test_an_appended_build_is_complete_with_all_that_its_events_will_say() -> None:
    after, _ = decide(record(), event(events.ImageAppended))

    made = after.builds[request_id(5)]
    assert (made.image, made.digest, made.sbom, made.content) == (IMAGE, DIGEST, SBOM, CONTENT)
    assert (made.strategy, made.strategy_reason) == (APPENDED.strategy, APPENDED.reason)
    assert made.outcome == Outcome(ended_at=NOON + 102 * SECOND)
    assert made.accepted_at == NOON + 100 * SECOND


def test_an_appended_build_never_ends_before_it_was_accepted() -> None:
    after, _ = decide(record(), event(events.ImageAppended, ended=NOON))

    assert after.builds[request_id(5)].outcome == Outcome(ended_at=NOON + 100 * SECOND)


@pytest.mark.parametrize(
    ("kind", "choice"),
    [
        (events.ContextStored, BY_KANIKO),
        (events.ImageAppended, APPENDED),
        (events.SourceRefused, Choice(Strategy.APPEND, "asked for")),
    ],
)
def test_how_an_image_is_made_and_why_is_fixed_when_its_build_is_accepted(
    kind: type[events.Event], choice: Choice
) -> None:
    after, _ = decide(record(), event(kind, choice=choice))

    made = after.builds[request_id(5)]
    assert (made.strategy, made.strategy_reason) == (choice.strategy, choice.reason)


def test_a_long_reason_does_not_fill_the_record() -> None:
    long = Choice(Strategy.KANIKO, "x" * 2 * LONGEST_REASON)

    after, _ = decide(record(), event(events.ContextStored, choice=long))

    assert after.builds[request_id(5)].strategy_reason == "x" * LONGEST_REASON


def test_of_a_cached_image_is_told_what_the_build_that_made_it_knew() -> None:
    same = build(3, Phase.SETTLED, sbom=SBOM)
    other = build(4, Phase.SETTLED, digest="sha256:other", sbom="sha256:of another")

    known, _ = decide(record(other, build(2, Phase.SETTLED), same), event(events.ImageFound))
    unknown, _ = decide(record(other), event(events.ImageFound))

    assert known.builds[request_id(5)].sbom == SBOM
    assert unknown.builds[request_id(5)].sbom is None


def test_the_layer_that_is_kept_is_that_of_the_image_the_registry_has() -> None:
    kept = attrs.evolve(CONTENT, kept="dependencies-1")
    known = record(build(5, Phase.OPEN, content=kept, strategy=Strategy.KANIKO))

    _, effects = decide(known, event(events.CompletionHeard))

    assert effects[-1] == KeepDependencies(IMAGE, DIGEST, "dependencies-1")
