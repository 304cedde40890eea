"""What the record says of a build is what was published of it."""

import pytest
from support.domain import CONCLUDED, build, record

from knative_lambda.application.retelling import retold
from knative_lambda.domain import announcement
from knative_lambda.domain.record import Phase, Served


def test_of_a_build_that_is_not_known_nothing_is_told() -> None:
    assert retold(record(build(1, Phase.COMPLETE)), build(2, Phase.COMPLETE).id) == ()


def test_of_a_build_that_goes_on_nothing_is_told() -> None:
    going = build(1, Phase.OPEN)
    assert retold(record(going), going.id) == ()


@pytest.mark.parametrize("phase", CONCLUDED)
def test_a_build_that_has_ended_is_told_by_its_outcome(phase: Phase) -> None:
    ended = build(1, phase)
    known = record(ended)
    assert ended.outcome is not None
    assert retold(known, ended.id) == (announcement.outcome(known, ended, ended.outcome),)


@pytest.mark.parametrize("served", [s for s in Served if s is not Served.NOT_YET])
def test_a_build_that_was_served_is_told_by_both(served: Served) -> None:
    ended = build(1, Phase.SETTLED, served=served)
    known = record(ended, build(2, Phase.OPEN))
    outcome, follows = retold(known, ended.id)
    assert outcome.type.endswith("build.complete")
    assert follows == announcement.served(known, ended)
