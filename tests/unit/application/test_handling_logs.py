"""What of handling a delivery is told in the log, and when."""

from typing import cast

import attrs
from structlog.testing import capture_logs
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.application.engine import Engine
from knative_lambda.application.handler import Handler
from knative_lambda.domain import names
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.settlement import Ack, Retry
from knative_lambda.ports.event_publisher import EventPublisher

F = FunctionId("acme", "greeter")


def handler(world: World) -> Handler:
    return Replica(world, Faults()).handler


async def test_a_bug_is_tried_again_and_logged() -> None:
    world = World()
    world.send("build.start", F, id="1", source_url="https://one.test")
    broken = cast(Engine, None)
    with capture_logs() as lines:
        broken_one = attrs.evolve(handler(world), engine=broken)
        settlement = (await broken_one.handle(world.broker.take())).settlement

    assert isinstance(settlement, Retry)
    assert [line["event"] for line in lines] == ["delivery.bug", "delivery.settled"]


class Unfit(EventPublisher):
    async def publish(self, announcement: Announcement) -> None:
        raise SetupError(f"{announcement.type}: mend line 3")


async def test_what_a_person_must_mend_is_tried_again_and_logged() -> None:
    world = World()
    world.send("build.start", F, id="1", runtime="cobol", source_url="https://one.test")
    with capture_logs() as lines:
        unfit = attrs.evolve(handler(world), publisher=Unfit())
        settlement = (await unfit.handle(world.broker.take())).settlement

    assert isinstance(settlement, Retry)
    assert lines[0]["event"] == "setup.unfit"
    assert lines[0]["error"] == "network.notifi.lambda.build.rejected: mend line 3"


async def test_what_a_build_warns_of_is_logged_when_it_is_accepted_and_not_again() -> None:
    world = World()
    warned = []
    for _ in range(2):
        world.send("build.start", F, id="1", runtime="nodejs20", source_url="https://one.test")
        with capture_logs() as lines:
            assert (await handler(world).handle(world.broker.take())).settlement == Ack()
        warned.append([line for line in lines if line["event"] == "build.warned"])

    assert warned == [
        [
            {
                "event": "build.warned",
                "log_level": "warning",
                "build_id": request_id("producer", "1"),
                "service": names.service(F),
                "warning": "nodejs20: its support ended 2026-04-30; move to nodejs26 or nodejs24",
            }
        ],
        [],
    ]
