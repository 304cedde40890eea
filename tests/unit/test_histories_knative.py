"""The laws again, over histories in which Knative serves: stepped through call by call."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis.stateful import run_state_machine_as_test
from support.happenings import History
from support.histories import Histories, end
from support.knative_world import KnativeWorld
from support.world import hold

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
HISTORIES = 5000 if SOAK else 150


class KnativeHistories(Histories):
    """One run is one history."""

    def __init__(self) -> None:
        super().__init__()
        self.world = KnativeWorld()
        self.history = History(self.world)

    def teardown(self) -> None:
        end(self.history)
        hold(9, not self.world.left_behind(), self.world.left_behind())
        hold(3, not self.world.without_account(), self.world.without_account())


def test_all_laws_hold_in_every_history() -> None:
    run_state_machine_as_test(
        KnativeHistories,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=40,
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Stage.explicit, Stage.generate, Stage.shrink],
        ),
    )
