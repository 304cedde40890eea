"""What goes wrong in a cluster, and what producers ask for meanwhile: all of it by dice."""

import asyncio
import json
from collections import Counter
from random import Random
from typing import Any

import attrs
from support.cluster_world import ClusterWorld
from support.kubernetes import histories
from support.kubernetes.faults import Loss
from support.kubernetes.histories import History
from support.kubernetes.resources import Object
from support.pushing import pushing
from support.s3_gate import Refusal, S3Gate
from support.world import SECOND

from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.ports.event_source import Message

_SUCCEED = ("SUCCESS", "SUCCESS_SHOWN_FIRST", "SUCCESS_WITHOUT_DIGEST", "OOM_RUN_GOES_ON")
_FAIL = (
    *("RUN_EXIT_3", "RUN_KILLED", "PUSH_DENIED", "OOM_KANIKO", "EVICTED", "NODE_BACK", "NODE_LOST"),
    *("PUSH_FAILS_AFTER_BUILD", "CONTEXT_MISSING", "RUNS_FOR_EVER", "KANIKO_IMAGE_MISSING"),
    *("SIDECAR_IMAGE_MISSING", "UNSCHEDULABLE", "MISSING_SERVICE_ACCOUNT"),
)
_WRITES = ("create", "update", "patch", "delete")


@attrs.define(eq=False)
class Trouble:
    """Everything that can be in the way, as long as it is let.

    Attributes:
        happened: How often which kind of it did.
    """

    place: ClusterWorld
    gate: S3Gate
    dice: Random
    happened: "Counter[str]" = attrs.field(factory=Counter)

    def begin(self, of: float) -> None:
        """From now on a call goes wrong with that chance, in each way that there is."""
        faults = self.place.cluster.faults
        faults.random = self.dice
        for verb in _WRITES:
            faults.add(409, verb=verb, probability=of)
        for outcome in (429, 500, 503, 504, *Loss):
            faults.add(outcome, probability=of, when=lambda asked: asked.verb != "watch")
        self.gate.refuse = lambda _: self._refusal(of)
        self.gate.lose = lambda _: self._refusal(of)
        self.gate.hang_up = lambda _: self.dice.random() < of
        self.place.chances.of = of

    def end(self) -> None:
        """Nothing goes wrong any more."""
        self.happened["faults of the API"] = sum(
            fault.hits for fault in self.place.cluster.faults._ordered
        )
        self.place.cluster.faults.clear()
        self.gate.refuse = self.gate.lose = lambda _: None
        self.gate.hang_up = lambda _: False
        self.place.chances.of = 0.0

    def _refusal(self, of: float) -> Refusal | None:
        if self.dice.random() >= of:
            return None
        self.happened["faults of S3"] += 1
        return Refusal(*self.dice.choice(((500, "InternalError"), (503, "SlowDown"))))

    async def run(self) -> None:
        """Kill, delete, cut and refuse now and then, until cancelled."""
        while True:
            await asyncio.sleep(self.dice.uniform(0.5, 4))
            what = self.dice.choice(
                (self._kill_sidecar, self._kill_sidecar, self._delete_job, self._cut, self._away)
            )
            await what()

    async def _kill_sidecar(self) -> None:
        running = [
            life.sidecar
            for life in self.place.kubelet.lives
            if life.sidecar is not None and not life.sidecar.ended
        ]
        if running:
            await self.dice.choice(running).kill()
            self.happened["sidecars killed"] += 1

    async def _delete_job(self) -> None:
        jobs = self.place.cluster.objects("jobs")
        if jobs and self.dice.random() < 0.3:
            metadata = self.dice.choice(jobs)["metadata"]
            self.place.cluster.remove("jobs", metadata["namespace"], metadata["name"])
            self.happened["Jobs deleted by hand"] += 1

    async def _cut(self) -> None:
        if self.dice.random() < 0.3:
            self.place.cluster.compact()
        self.place.cluster.cut_watches(abruptly=self.dice.random() < 0.5)
        self.place.cluster.cut_logs()
        self.happened["watches cut"] += 1

    async def _away(self) -> None:
        if self.dice.random() < 0.1:
            self.place.cluster.faults.down = True
            await asyncio.sleep(self.dice.uniform(1, 10))
            self.place.cluster.faults.down = False
            self.happened["the API was away"] += 1

    async def kill_replicas(self, count: int) -> None:
        """Keep so many alive, though each is killed every now and then, until cancelled."""
        alive = [asyncio.create_task(self.place.serve()) for _ in range(count)]
        try:
            while True:
                await asyncio.sleep(self.dice.uniform(1, 8))
                victim = self.dice.randrange(count)
                alive[victim].cancel()
                await asyncio.wait([alive[victim]])
                if not alive[victim].cancelled():
                    alive[victim].result()  # it has ended by itself
                self.happened["replicas killed"] += 1
                alive[victim] = asyncio.create_task(self.place.serve())
        finally:
            for task in alive:
                task.cancel()
            await asyncio.wait(alive)

    def history(self, _job: Object) -> History:
        """What becomes of a build."""
        if self.dice.random() < 0.25:
            found: History = getattr(histories, self.dice.choice(_FAIL))
            return found
        return pushing(getattr(histories, self.dice.choice(_SUCCEED)), self.place.push)


@attrs.define(eq=False)
class Requests:
    """Starts of builds, and now and then something else, that is sent twice or late."""

    place: ClusterWorld
    dice: Random
    builds: int
    functions: int
    tenants: int
    _asked: list[FunctionId] = attrs.field(factory=list, init=False)

    async def send(self, every: float) -> None:
        """Send them all, one about *every* so many seconds."""
        for number in range(self.builds):
            function = self._function(self.dice.randrange(self.functions))
            self._asked.append(function)
            name = f"start-{number}"
            self._send(
                "build.start",
                function,
                name,
                source_url=f"https://code.test/{self._source(number)}",
                build_timeout=60,
                function={"triggers": [{"type": "order.created"}]},
            )
            self._something_else(function, number)
            await asyncio.sleep(self.dice.uniform(0, 2 * every))

    def _source(self, number: int) -> str:
        """Most often new, at times what was built before or cannot be had."""
        chance = self.dice.random()
        return "broken" if chance < 0.03 else "same" if chance < 0.15 else str(number)

    def _something_else(self, function: FunctionId, number: int) -> None:
        chance, world = self.dice.random(), self.place.world
        if chance < 0.12:
            which = max(0, number - self.dice.randrange(5))
            build = request_id("producer", f"start-{which}")
            self._send("build.cancel", self._asked[which], f"cancel-{number}", build_id=build)
        elif chance < 0.2:
            self._send("service.delete", function, f"delete-{number}")
        elif chance < 0.28:
            self._send("service.rollback", function, f"rollback-{number}")
        elif chance < 0.4 and world.broker.ready:
            world.broker.duplicate(self.dice.randrange(len(world.broker.ready)))
        elif chance < 0.5:
            self._show_a_job()

    def _show_a_job(self) -> None:
        jobs = self.place.cluster.objects("jobs")
        if jobs:
            job = self.dice.choice(jobs)
            event = {
                "specversion": "1.0",
                "id": f"seen-{self.place.cluster.store.version}",
                "source": "api",
                "type": "dev.knative.apiserver.resource.update",
                "data": job,
            }
            self.place.world.broker.send(Message(json.dumps(event).encode()))

    def _send(self, kind: str, function: FunctionId, name: str, /, **data: Any) -> None:
        late = self.dice.choice((0, 0, 0, 2, 10, 60))
        at = self.place.world.clock() - late * SECOND if late else None
        self.place.world.send(kind, function, id=name, at=at, **data)

    def _function(self, number: int) -> FunctionId:
        return FunctionId(f"Tenant_{number % self.tenants}", f"function.{number}")
