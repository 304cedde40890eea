"""What is declared: which queue a wait has, and that nothing is lost between two of them."""

import pytest

from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.settlement import ASIDES, Retry, SetAside

TOPOLOGY = Topology("events", "builds", "functions")
QUEUES = {queue.name: queue.arguments for queue in TOPOLOGY.queues()}


@pytest.mark.parametrize("spread", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("seconds", [1, 2, 4, 8, 16, 60])
def test_every_wait_of_a_retry_has_its_queue_whatever_its_spread(
    seconds: int, spread: float
) -> None:
    assert TOPOLOGY.waiting(Retry(seconds * spread, "away")) == f"builds.retry.{seconds}s"


@pytest.mark.parametrize("wait", ASIDES)
def test_nothing_that_is_set_aside_has_a_longer_wait_before_it(wait: float) -> None:
    assert TOPOLOGY.waiting(SetAside(wait)) == f"builds.aside.{wait:g}s"


def test_a_wait_ends_also_when_its_message_does_not_say_when() -> None:
    waits = {
        name: found for name, found in QUEUES.items() if ".retry." in name or ".aside." in name
    }
    assert len(waits) == 14
    for arguments in waits.values():
        assert arguments["x-message-ttl"] in range(2_000, 120_001)
        assert arguments["x-dead-letter-routing-key"] == "builds"


def test_what_moves_on_is_moved_at_least_once_and_never_dropped() -> None:
    moving = [found for found in QUEUES.values() if "x-dead-letter-exchange" in found]
    assert len(moving) == 15
    for arguments in moving:
        assert arguments["x-dead-letter-strategy"] == "at-least-once"
        assert arguments["x-overflow"] == "reject-publish"


def test_a_message_may_kill_a_hundred_consumers_and_looking_at_a_letter_never_ends_it() -> None:
    assert QUEUES["builds"]["x-delivery-limit"] == 100
    for kept in ("builds.dlq", "functions"):
        assert int(QUEUES[kept]["x-delivery-limit"]) >= 1_000_000_000
