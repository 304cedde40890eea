"""What of handling a delivery is told in the log, and when."""

import json
from collections.abc import MutableMapping
from typing import Any, cast

import attrs
from structlog.testing import capture_logs
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.application import log_context
from knative_lambda.application.engine import Engine
from knative_lambda.application.handler import Handler
from knative_lambda.domain import names
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.settlement import Ack, Retry
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Message

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


TRACE = "0af7651916cd43dd8448eb211c80319c"


async def lines_of(world: World) -> list[MutableMapping[str, Any]]:
    """What is logged of the next delivery, with what is bound."""
    with capture_logs(processors=[log_context.in_context]) as lines:
        delivery = world.broker.take()
        settlement = (await handler(world).handle(delivery)).settlement
        await world.broker.settle(delivery, settlement)
    return lines


async def test_a_delivery_has_two_lines_and_each_says_whose_it_is() -> None:
    world = World()
    world.send(*("build.start", F), id="1", source_url="https://one.test", correlation_id="c-1")
    event = json.loads(world.broker.ready[0].message.body)
    traced = json.dumps({**event, "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    world.broker.ready[0] = attrs.evolve(world.broker.ready[0], message=Message(traced.encode()))
    decided, settled = await lines_of(world)

    whose = {
        "event_id": "1",
        "event_type": "network.notifi.lambda.build.start",
        "trace_id": TRACE,
        "third_party_id": "acme",
        "parser_id": "greeter",
        "build_id": request_id("producer", "1"),
        "correlation_id": "c-1",
    }
    assert decided.items() >= {**whose, "event": "build.decided"}.items()
    assert (decided["before"], decided["phase"]) == ("unknown", "open")
    assert settled.items() >= {**whose, "event": "delivery.settled", "settlement": "Ack"}.items()
    assert settled["duration"] == 0.0  # the clock stands still here


async def test_nothing_of_a_delivery_is_bound_in_the_next() -> None:
    world = World()
    world.send("build.start", F, id="1", source_url="https://one.test", correlation_id="c-1")
    await lines_of(world)
    world.broker.ready.clear()
    world.broker.send(Message(b"not an event"))
    (settled,) = await lines_of(world)

    assert settled["event"] == "delivery.settled"
    assert not settled.keys() & {"event_id", "build_id", "third_party_id", "correlation_id"}


async def test_the_line_of_what_is_given_up_says_why() -> None:
    world = World()
    world.send("build.start", F, id="1", runtime="cobol", source_url="https://one.test")
    settled = (await lines_of(world))[-1]

    assert settled["log_level"] == "warning"
    assert settled["reason"] == "invalid"
    assert settled["detail"].startswith("runtime: 'cobol': ")


class Away:
    async def advance(self, *_: object) -> None:
        raise TransientError("records: away")


async def test_the_line_of_what_is_tried_again_says_why_and_when() -> None:
    world = World()
    world.send("build.start", F, id="1", source_url="https://one.test")
    with capture_logs() as lines:
        await attrs.evolve(handler(world), engine=cast(Engine, Away())).handle(world.broker.take())

    assert lines[-1]["cause"] == "records: away"
    assert 0.8 <= lines[-1]["again_in"] <= 1.2
