"""What is recorded of a function is held against what is seen of it."""

import attrs
import pytest
from support.domain import FUNCTION, build, deployed, key, record, tombstone
from support.knative_specs import SOURCE

from knative_lambda.application.overview import Overview
from knative_lambda.domain import names
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Desired, Phase, Record
from knative_lambda.ports.function_view import Serving
from knative_lambda.ports.service_deployer import Service
from knative_lambda.ports.trigger_sight import SeenTrigger, TriggerSight

NAME = names.service(FUNCTION)
URL = "http://orders.test"
READY = Service(name=NAME, uid="1", version="1", key=key(2), ready=True, url=URL)
STARTING = attrs.evolve(READY, ready=False, message="it is being started")
TRIGGER = SeenTrigger(name="one", attributes=(SOURCE,), ready=True)


class Triggers(TriggerSight):
    async def of(self, function: FunctionId) -> list[SeenTrigger]:
        assert function == FUNCTION
        return [TRIGGER]


class NobodysTriggers(TriggerSight):
    async def of(self, function: FunctionId) -> list[SeenTrigger]:
        raise SetupError(f"{function} is not yours to see")


def overview(seen: Service | Exception | None, triggers: TriggerSight | None = None) -> Overview:
    async def look(name: str) -> Service | None:
        assert name == NAME
        if isinstance(seen, Exception):
            raise seen
        return seen

    return Overview(look, triggers)


async def serving(desired: Desired | None, seen: Service | Exception | None) -> Serving | None:
    return (await overview(seen).of(record(desired=desired))).serving


async def test_what_serves_what_it_should_is_as_ready_as_it_says() -> None:
    assert await serving(deployed(2), READY) == Serving(ready=True, url=URL)
    told = Serving(ready=False, url=URL, message="it is being started")
    assert await serving(deployed(2), STARTING) == told


async def test_what_should_not_be_served_and_is_not_has_nothing_to_show() -> None:
    assert await serving(None, None) is None
    assert await serving(tombstone(2), None) is None


@pytest.mark.parametrize(
    ("desired", "key", "words"),
    [
        (deployed(3), key(2), "what should be served is not what is"),
        (tombstone(3), key(2), "it should be gone, and its Service is there"),
        (deployed(2), None, "a Service of its name is there that is not ours"),
        (tombstone(3), None, "a Service of its name is there that is not ours"),
        (None, key(2), "it should be gone, and its Service is there"),
    ],
)
async def test_a_service_that_is_not_what_it_should_be_is_not_ready(
    desired: Desired | None, key: Key | None, words: str
) -> None:
    seen = await serving(desired, attrs.evolve(READY, key=key))
    assert seen is not None
    assert seen.ready is False
    assert words in seen.message


async def test_a_service_that_is_missing_is_told() -> None:
    seen = await serving(deployed(2), None)
    assert seen is not None
    assert (seen.ready, seen.url) == (False, None)
    assert "no Service is there" in seen.message


async def test_what_cannot_be_looked_at_is_neither_ready_nor_not() -> None:
    seen = await serving(deployed(2), TransientError("the cluster is away"))
    assert seen == Serving(None, None, "the cluster is away")


async def test_triggers_are_shown_where_they_can_be_seen() -> None:
    known = record(desired=deployed(2))
    assert (await overview(READY, Triggers()).of(known)).triggers == (TRIGGER,)
    assert (await overview(READY, NobodysTriggers()).of(known)).triggers is None
    assert (await overview(READY, None).of(known)).triggers is None


async def test_of_all_functions_each_is_shown_in_its_order() -> None:
    records = [Record(FunctionId("acme", f"f{number}")) for number in range(20)]

    async def look(_name: str) -> Service | None:
        return None

    views = await Overview(look, Triggers()).of_all(records)
    assert [view.record for view in views] == records
    assert {view.triggers for view in views} == {None}


async def test_a_view_has_its_builds_by_the_time_of_their_requests() -> None:
    known = record(build(3, Phase.OPEN), build(1, Phase.FAILED), build(2, Phase.FAILED))
    view = await overview(None).of(known)
    assert [one.key for one in view.builds] == [key(1), key(2), key(3)]
    assert view.newest == known.builds[view.builds[-1].id]
    assert (await overview(None).of(record())).newest is None
