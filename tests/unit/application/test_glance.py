"""Functions are looked at once for many readers, and again when something else is to be served."""

from collections.abc import Iterable, Sequence

import attrs
import pytest
from support.domain import build, deployed, record
from support.world import Clock

from knative_lambda.application.glance import FunctionGlance
from knative_lambda.domain.record import Phase, Record
from knative_lambda.ports.function_view import FunctionSight, FunctionView, Serving


@attrs.define
class CountedSight(FunctionSight):
    """Counts looks, and tells their number."""

    looks: int = 0

    async def of(self, record: Record) -> FunctionView:
        self.looks += 1
        return FunctionView(record, Serving(ready=True, message=str(self.looks)), ())

    async def of_all(self, records: Iterable[Record]) -> Sequence[FunctionView]:
        return [await self.of(record) for record in records]


class Glanced:
    """A glance before a sight."""

    def __init__(self) -> None:
        self.sight, self.clock = CountedSight(), Clock()
        self.glance = FunctionGlance(self.sight, self.clock)

    async def look(self, one: Record) -> str:
        view = await self.glance.of(one)
        assert view.record == one
        assert view.serving is not None
        return view.serving.message


@pytest.fixture
def glanced() -> Glanced:
    return Glanced()


async def test_a_function_is_not_looked_at_again_at_once(glanced: Glanced) -> None:
    one = record(desired=deployed(1))
    assert [await glanced.look(one) for _ in range(3)] == ["1", "1", "1"]
    glanced.clock.advance(5)
    assert await glanced.look(one) == "2"


async def test_what_else_is_recorded_is_seen_without_a_look(glanced: Glanced) -> None:
    assert await glanced.look(record(desired=deployed(1))) == "1"
    assert await glanced.look(record(build(2, Phase.OPEN), desired=deployed(1))) == "1"


async def test_what_should_be_served_instead_is_looked_at(glanced: Glanced) -> None:
    assert await glanced.look(record(desired=deployed(1))) == "1"
    assert await glanced.look(record(desired=deployed(2))) == "2"


async def test_many_functions_are_looked_at_in_their_order(glanced: Glanced) -> None:
    many = [record(desired=deployed(number)) for number in range(1, 20)]
    views = await glanced.glance.of_all(many)
    assert [view.record for view in views] == many
    await glanced.glance.of_all(many)
    assert glanced.sight.looks == 19
