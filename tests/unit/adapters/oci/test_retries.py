"""What fails for a moment is tried again, and what fails for long is told."""

import attrs
import pytest

from knative_lambda.adapters.oci.errors import LaterError
from knative_lambda.adapters.oci.retries import ATTEMPTS, LONGEST, Patience, Retries
from knative_lambda.domain.errors import SetupError, TransientError


@attrs.define(eq=False)
class Work:
    """Fails so, one after the other, and then gives what it is for."""

    errors: list[Exception]
    waits: list[float] = attrs.field(factory=list)

    async def __call__(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "done"

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def retries(self, chance: float) -> Retries:
        return Retries(self.sleep, lambda: chance)


@pytest.mark.parametrize(("chance", "waits"), [(0.0, [0.1, 0.2, 0.4]), (0.5, [0.2, 0.4, 0.8])])
async def test_waits_become_longer(chance: float, waits: list[float]) -> None:
    work = Work([TransientError("a")] * (ATTEMPTS - 1))
    assert await work.retries(chance).tried(work) == "done"
    assert work.waits == waits


async def test_the_last_error_is_told() -> None:
    work = Work([TransientError(str(number)) for number in range(ATTEMPTS)])
    with pytest.raises(TransientError, match=str(ATTEMPTS - 1)):
        await work.retries(0.0).tried(work)


async def test_what_a_person_must_mend_is_not_tried_again() -> None:
    work = Work([SetupError("a")])
    with pytest.raises(SetupError):
        await work.retries(0.0).tried(work)
    assert work.waits == []


async def test_a_registry_is_left_alone_as_long_as_it_wants() -> None:
    work = Work([LaterError("a", LONGEST), LaterError("b", 0.01), LaterError("c")])
    assert await work.retries(0.0).tried(work) == "done"
    assert work.waits == [LONGEST, 0.2, 0.4]


async def test_nobody_waits_here_longer_than_that() -> None:
    work = Work([LaterError("a", LONGEST + 1)])
    with pytest.raises(LaterError):
        await work.retries(0.0).tried(work)
    assert work.waits == []


async def test_what_has_come_forward_is_counted_anew() -> None:
    work = Work([])
    patience = Patience(work.retries(0.0))
    for _ in range(3 * ATTEMPTS):
        await patience.wait(TransientError("a"))
        patience.renew()
    assert work.waits == [0.1] * 3 * ATTEMPTS
