"""What becomes of a function that cannot be served, or that others keep writing to."""

from contextlib import suppress
from typing import NoReturn

import attrs
import pytest
from support.domain import FUNCTION, NOON, key
from support.world import IMAGES

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.application.convergence import Convergence
from knative_lambda.domain import names
from knative_lambda.domain.errors import ConflictError, PermanentError, TransientError
from knative_lambda.domain.record import Desired, DesiredKind, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.service_deployer import Service, ServiceSpec

DEPLOYED = Record(
    FUNCTION,
    desired=Desired(key=key(1), kind=DesiredKind.DEPLOYED, by=key(1).id, build=key(1).id),
)


@attrs.define
class Contended(MemoryServiceDeployer):
    """Whoever writes finds that somebody else was quicker."""

    tries: int = 0

    async def create(self, spec: ServiceSpec) -> NoReturn:
        self.tries += 1
        raise ConflictError(spec.name)


@attrs.define
class Unbindable(MemoryServiceDeployer):
    """A Trigger is never taken."""

    async def bind(self, spec: ServiceSpec, owner: Service) -> NoReturn:  # noqa: ARG002 - as the port has it
        raise PermanentError(Rejection.FORBIDDEN, f"{spec.name}: no")


async def converged(deployer: MemoryServiceDeployer) -> list[Message]:
    """What is published meanwhile."""
    records, broker = MemoryRecords(), MemoryBroker(lambda: NOON)
    heard: list[Message] = []
    broker.listeners.append(heard.append)
    await records.write(DEPLOYED, None)
    convergence = Convergence(records, deployer, broker, IMAGES)
    with suppress(PermanentError):
        await convergence.run(DEPLOYED, None, prune=True)
    return heard


async def test_who_is_never_quick_enough_tries_later() -> None:
    deployer = Contended()
    with pytest.raises(TransientError, match=f"{names.service(FUNCTION)}: others keep writing"):
        await converged(deployer)
    assert deployer.tries == 20


async def test_a_trigger_that_is_never_taken_fails_the_service() -> None:
    (message,) = await converged(Unbindable())
    assert message.headers["type"] == "network.notifi.lambda.service.failed"
    assert b"no" in message.body


async def test_nothing_is_told_of_what_is_served() -> None:
    deployer = MemoryServiceDeployer()
    assert await converged(deployer) == []
    assert set(deployer.specs) == {names.service(FUNCTION)}
