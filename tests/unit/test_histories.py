"""The laws, over histories of the whole system: hundreds in a test run, thousands in a soak."""

import os
from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis.stateful import run_state_machine_as_test
from support.histories import Histories
from support.processes import WATCH
from support.tour import tour
from support.world import LawBrokenError

from knative_lambda.application import engine
from knative_lambda.domain.effects import Effect
from knative_lambda.domain.machine import TRANSITIONS
from knative_lambda.domain.record import Phase

HISTORIES = 5000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 1600
STEPS = 40
# To wait asks nobody for anything that could fail.
EFFECTS = {effect.__name__ for effect in get_args(Effect)} - {"Postpone"}


@pytest.fixture(scope="module")
def broken() -> Iterator[LawBrokenError | None]:
    """The law that some history broke, if any did."""
    patch = pytest.MonkeyPatch()
    patch.setattr(engine, "decide", WATCH.decide)
    try:
        tour()
        run_state_machine_as_test(
            Histories,
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=STEPS,
                derandomize=HISTORIES < 5000,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Stage.explicit, Stage.generate, Stage.shrink],
            ),
        )
        yield None
    except LawBrokenError as error:
        yield error
    finally:
        patch.undo()


@pytest.mark.parametrize(
    "law",
    [
        pytest.param(law, id=f"law_{law}_{name}")
        for law, name in (
            (1, "one_outcome"),
            (2, "repeats_change_nothing"),
            (3, "newest_wins"),
            (4, "delete_rollback_and_cancel_win"),
            (5, "same_content_no_second_build"),
            (6, "a_failed_build_never_touches_the_running_service"),
            (8, "only_our_images_are_deployed"),
            (9, "nothing_is_left_behind"),
            (10, "pressure_delays_it_never_drops"),
            (11, "no_delivery_is_held_while_a_build_runs"),
            (12, "different_functions_never_share_a_name"),
            (13, "tenants_are_strangers"),
        )
    ],
)
def test_in_every_history(law: int, broken: LawBrokenError | None) -> None:
    if broken is not None and broken.law == law:
        raise broken


def test_every_phase_was_crashed_in(broken: LawBrokenError | None) -> None:
    assert broken is None

    assert {phase for phase in Phase if WATCH.crashed[phase] == 0} == set()


def test_every_effect_failed(broken: LawBrokenError | None) -> None:
    assert broken is None

    assert {effect for effect in EFFECTS if WATCH.failed[effect] == 0} == set()


def test_every_pair_of_phase_and_event_was_reached(broken: LawBrokenError | None) -> None:
    assert broken is None
    pairs = product(Phase, TRANSITIONS[Phase.UNKNOWN])

    assert [f"{p.value}: {e.__name__}" for p, e in pairs if WATCH.pairs[p, e] == 0] == []
