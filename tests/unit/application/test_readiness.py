"""A function that is deployed is looked at until it answers, or long enough."""

import attrs
import pytest
from support.submitting import Told

from knative_lambda.application.readiness import Readiness
from knative_lambda.domain.errors import BuilderError, PermanentError, SetupError, TransientError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.service_deployer import Service

NAME = "lambda-acme-hello"
STARTING = Service(name=NAME, uid="1", version="1", key=None, message="it is being started")
CRASHED = attrs.evolve(STARTING, message="it has ended")
READY = attrs.evolve(STARTING, ready=True, url="http://localhost", message="")


@attrs.define
class Sight:
    """Shows one after the other, the last again and again."""

    seen: list[Service | BuilderError | None]
    looks: int = 0

    async def look(self, name: str) -> Service | None:
        assert name == NAME
        self.looks += 1
        shown = self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]
        if isinstance(shown, BuilderError):
            raise shown
        return shown


def readiness(
    *seen: Service | BuilderError | None, limit: float = 60, unseen: float = 60
) -> tuple[Readiness, Sight, Told]:
    sight, told = Sight(list(seen)), Told()
    return Readiness(sight.look, told, every=0, limit=limit, unseen=unseen), sight, told


async def test_what_is_ready_is_given_at_once() -> None:
    one, sight, _ = readiness(READY)
    assert await one.of(NAME) == READY
    assert sight.looks == 1


async def test_it_is_waited_for_and_each_reason_is_told_once() -> None:
    silent = attrs.evolve(STARTING, message="")
    one, sight, told = readiness(STARTING, STARTING, silent, CRASHED, READY)
    assert await one.of(NAME) == READY
    assert sight.looks == 5
    assert told.texts == ["it is being started", "it has ended"]
    assert {status for status, _ in told.statuses} == {"waiting"}


async def test_ready_without_an_address_is_not_ready_yet() -> None:
    one, sight, _ = readiness(attrs.evolve(READY, url=None), READY)
    assert await one.of(NAME) == READY
    assert sight.looks == 2


async def test_at_the_limit_it_is_given_as_it_is() -> None:
    one, _, _ = readiness(CRASHED, limit=0)
    assert await one.of(NAME) == CRASHED


async def test_what_is_not_there_yet_is_waited_for() -> None:
    one, sight, _ = readiness(None, None, READY, limit=0)
    assert await one.of(NAME) == READY
    assert sight.looks == 3


async def test_what_is_never_there_is_out_of_sight() -> None:
    one, _, _ = readiness(None, unseen=0)
    assert await one.of(NAME) is None


@pytest.mark.parametrize(
    "error",
    [
        TransientError("away"),
        SetupError("not permitted"),
        PermanentError(Rejection.FORBIDDEN, "no"),
    ],
)
async def test_who_may_not_look_sees_nothing(error: BuilderError) -> None:
    one, sight, _ = readiness(error)
    assert await one.of(NAME) is None
    assert sight.looks == 1
