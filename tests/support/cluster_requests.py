"""What producers ask of a builder in a cluster, by dice: much of it at once, twice, or late."""

import asyncio
import json
from random import Random
from typing import Any, Final

import attrs
from support.cluster_world import ClusterWorld
from support.world import IMAGES, SECOND

from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.record import Phase
from knative_lambda.ports.event_source import Message

DOOMED: Final = FunctionId("Tenant_0", "doomed")
"""Its record can never be read."""
DOOMED_START: Final = "start-doomed"
_LATE = (*[0] * 7, 2, 10, 60)  # seconds between an event's time and its coming


@attrs.define(eq=False)
class Requests:
    """Starts of builds, and what may come between."""

    place: ClusterWorld
    dice: Random
    builds: int
    functions: int
    tenants: int
    _asked: list[FunctionId] = attrs.field(factory=list, init=False)

    async def send(self, every: float) -> None:
        """Send them all, one about *every* so many seconds."""
        self._start(DOOMED, DOOMED_START, "doomed")
        for number in range(self.builds):
            # A function that is busy is asked again before one that is not.
            busy = self._asked[-3:] if self.dice.random() < 0.4 else []
            function = self.dice.choice(busy) if busy else self._any_function()
            self._asked.append(function)
            self._start(function, f"start-{number}", self._source(number))
            for _ in range(self.dice.choice((0, 0, 0, 1, 1, 2))):
                await self._something_else(self.dice.choice(self._asked[-4:]), number)
            await asyncio.sleep(self.dice.uniform(0, 2 * every))

    def _start(self, function: FunctionId, name: str, source: str) -> None:
        self._send(
            "build.start",
            function,
            name,
            source_url=f"https://code.test/{source}",
            build_timeout=60,
            force=self.dice.random() < 0.1,
            function={"triggers": [{"type": "order.created"}]},
        )

    def _source(self, number: int) -> str:
        """Most often new, at times what was built before or cannot be had."""
        chance = self.dice.random()
        return "broken" if chance < 0.03 else "same" if chance < 0.35 else str(number)

    async def _something_else(self, function: FunctionId, number: int) -> None:
        name = f"{number}-{self.place.world.broker.now()}"
        others = (self._rush, self._duel, self._duel, self._repeat, self._show_a_job, self._forge)
        what = self.dice.choice(
            (self._cancel, self._delete, self._roll_back, self._roll_back, *others)
        )
        await asyncio.sleep(self.dice.choice((0, 0, 0.5, 5)))
        what(function, name)

    def _cancel(self, _function: FunctionId, name: str) -> None:
        which = max(0, len(self._asked) - 1 - self.dice.randrange(5))
        build = request_id("producer", f"start-{which}")
        self._send("build.cancel", self._asked[which], f"cancel-{name}", build_id=build)

    def _delete(self, function: FunctionId, name: str) -> None:
        """Best of all while a completion is still on its way."""
        coming = [
            record.function
            for record in self.place.kept()
            for build in record.builds.values()
            if build.phase is Phase.COMPLETE and not build.settled
        ]
        function = self.dice.choice(coming) if coming else function
        self._send("service.delete", function, f"delete-{name}")

    def _roll_back(self, function: FunctionId, name: str) -> None:
        self._send("service.rollback", function, f"rollback-{name}")

    def _rush(self, function: FunctionId, name: str) -> None:
        """What is built already is asked for by several at once: each of them would be served."""
        for each in range(3):
            self._start(function, f"rush-{name}-{each}", "same")

    def _duel(self, _function: FunctionId, name: str) -> None:
        """What is served is to be served anew by several at once: each writes it for its key."""
        served = [
            (record.function, record.desired.build)
            for record in self.place.kept()
            if record.desired is not None and record.desired.build is not None
        ]
        if served:
            function, build = self.dice.choice(served)
            for each in range(4):
                self._send("service.rollback", function, f"duel-{name}-{each}", to=build)

    def _repeat(self, _function: FunctionId, _name: str) -> None:
        broker = self.place.world.broker
        if broker.ready:
            broker.duplicate(self.dice.randrange(len(broker.ready)))
        else:
            broker.send(self.dice.choice(self.place.world.sent).message)

    def _show_a_job(self, _function: FunctionId, _name: str) -> None:
        jobs = self.place.cluster.objects("jobs")
        if jobs:
            event = {
                "specversion": "1.0",
                "id": f"seen-{self.place.cluster.store.version}",
                "source": "api",
                "type": "dev.knative.apiserver.resource.update",
                "data": self.dice.choice(jobs),
            }
            self.place.world.broker.send(Message(json.dumps(event).encode()))

    def _forge(self, _function: FunctionId, name: str) -> None:
        """Say of a build that is under way that it has made what another function's did."""
        under_way = [
            (record.function, build.id)
            for record in self.place.kept()
            for build in record.builds.values()
            if build.phase in (Phase.OPEN, Phase.COMPLETE) and not build.settled
        ]
        if not under_way:
            return
        function, build = self.dice.choice(under_way)
        others = [each for each in self.place.world.pushed if not IMAGES.is_of(function, each)]
        if others:
            self._send(
                "build.complete",
                function,
                f"forged-{name}",
                build_id=build,
                status="success",
                image_uri=self.dice.choice(others),
            )

    def _send(self, kind: str, function: FunctionId, name: str, /, **data: Any) -> None:
        world, late = self.place.world, self.dice.choice(_LATE)
        at = world.clock() - late * SECOND if late else None
        world.step = world.clock()
        world.send(kind, function, id=name, at=at, **data)

    def _any_function(self) -> FunctionId:
        """Two by two, their names differ in what a name in a cluster cannot show."""
        number, twin = divmod(self.dice.randrange(self.functions), 2)
        tenant = number % self.tenants
        if twin:
            return FunctionId(f"tenant-{tenant}", f"function-{number}")
        return FunctionId(f"Tenant_{tenant}", f"function.{number}")
