"""A credential that was put where it may be, or where none belongs, comes out nowhere: not in a
log, not in an event, not in what is told of a dead letter."""

import copy
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
import structlog
from support.domain import FUNCTION
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.application import log_context
from knative_lambda.domain.settlement import Retry
from knative_lambda.entrypoints.dlq_desk import Desk
from knative_lambda.entrypoints.dlq_views import told
from knative_lambda.entrypoints.log_processors import processors
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.letters import Letter

PLANTED = "Zk3nTpLaNtEdZk3nTpLaNtEd0123456789ab"
FORMS = {
    "in a URL": f"https://user:{PLANTED}@git.test/a",
    "longer than is shown": f"https://user:{PLANTED}{'0' * 60}@git.test/a",
    "by its name": f"password={PLANTED}",
    "by its make": f"ghp_{PLANTED}",
}
CHOSEN = ("third_party_id", "parser_id", "correlation_id")  # names: events are about them
START: Mapping[str, Any] = {
    "specversion": "1.0",
    "id": "1",
    "source": "producer",
    "type": "network.notifi.lambda.build.start",
    "subject": "orders",
    "time": "2026-11-28T12:00:00Z",
    "partitionkey": "p",
    "data": {
        "third_party_id": FUNCTION.third_party_id,
        "parser_id": FUNCTION.parser_id,
        "build_type": "lambda",
        "runtime": "nodejs22",
        "source_url": "https://git.test/a.git",
        "build_timeout": 60,
        "source_ref": "main",
        "source_path": "src",
        "source_credentials": "acme",
        "handler": "index.handler",
        "build_args": {"MODE": "fast"},
        "force": False,
        "correlation_id": "c-1",
        "unknown": "field",
        "function": {
            "env": {"COLOUR": "blue"},
            "secrets": [],
            "resources": {"requests": {"cpu": "50m"}},
            "scaling": {"min": 0},
            "timeout_seconds": 30,
            "triggers": [{"type": "network.notifi.lambda.parser.start", "subject": "orders"}],
        },
    },
}


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of everything in *value* that holds nothing more."""
    match value:
        case dict() if value:
            for key, one in value.items():
                yield from leaves(one, (*path, key))
        case list() if value:
            for index, one in enumerate(value):
                yield from leaves(one, (*path, index))
        case _:
            yield path


def planted(path: tuple[str | int, ...], form: str) -> bytes:
    """The start with *form* at *path*."""
    event = copy.deepcopy(dict(START))
    *way, last = path
    place: Any = event
    for step in way:
        place = place[step]
    place[last] = form
    return json.dumps(event).encode()


@pytest.fixture(params=[True, False], ids=["json", "console"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the service writes to its log, in either form."""
    out, before = io.StringIO(), structlog.get_config()
    structlog.configure(
        processors=processors(as_json=request.param),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    yield out
    structlog.configure(**before)
    log_context.begin()


async def told_of(body: bytes, log: io.StringIO) -> dict[str, str]:
    """All that anybody hears of *body*: what is said, by who says it."""
    world = World()
    world.broker.send(Message(body))
    replica = Replica(world, Faults())
    while world.broker.ready:
        delivery = world.broker.take()
        settlement = (await replica.handler.handle(delivery)).settlement
        await world.broker.settle(delivery, settlement)
        if isinstance(settlement, Retry):
            break
    desk = Desk(cast(Any, None), "", of_functions=False, now=world.clock())
    letters = [
        Letter(id="1", message=kept.message, detail=kept.detail, failures=kept.failures)
        for kept in world.broker.dead_letters
    ]
    return {
        "log": log.getvalue(),
        "events": "".join(f"{one.headers} {one.body.decode()}" for one in world.published),
        "letters": "".join(f"{one.detail} {one.failures}" for one in letters),
        "dlq show": "".join(told(one, desk, "text") for one in letters),
        "dlq show --output json": "".join(told(one, desk, "json") for one in letters),
    }


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("path", list(leaves(START)), ids=str)
async def test_what_is_planted_in_any_field_comes_out_nowhere(
    path: tuple[str | int, ...], form: str, log: io.StringIO
) -> None:
    heard = await told_of(planted(path, form), log)

    assert "delivery.settled" in heard["log"]
    assert heard["events"] or heard["dlq show"]
    if path[-1] in CHOSEN:
        del heard["events"]
    assert [who for who, said in heard.items() if PLANTED in said] == []
