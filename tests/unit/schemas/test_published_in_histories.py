"""Whatever happens, what is published keeps its schema: over random histories of the system."""

import json

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from support.event_schemas import published_faults
from support.histories import Histories, come_to_rest

from knative_lambda.domain.cloudevent import PREFIX

HISTORIES = 40
STEPS = 30


class Told(Histories):
    """A history whose end is only that everything has been told."""

    said: dict[bytes, list[str]]

    def teardown(self) -> None:
        come_to_rest(self.history)
        for message in self.history.world.published:
            if message.body not in self.said:
                self.said[message.body] = published_faults(json.loads(message.body))


@pytest.fixture(scope="module")
def said() -> dict[bytes, list[str]]:
    """All that was published, with what is wrong with it."""
    Told.said = {}
    run_state_machine_as_test(
        Told,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
    return Told.said


def test_all_that_is_published_in_a_history_keeps_its_schema(said: dict[bytes, list[str]]) -> None:
    assert {body: faults for body, faults in said.items() if faults} == {}


def test_the_histories_had_something_to_tell(said: dict[bytes, list[str]]) -> None:
    types = {json.loads(body)["type"].removeprefix(PREFIX) for body in said}

    assert types >= {"build.started", "build.complete", "build.failed", "service.created"}
