"""What goes wrong in a cluster, all of it by dice."""

import asyncio
from collections import Counter
from random import Random

import attrs
from support.cluster_requests import DOOMED
from support.cluster_world import ClusterWorld
from support.kubernetes import histories
from support.kubernetes.faults import Loss
from support.kubernetes.histories import History
from support.kubernetes.lives import Life
from support.kubernetes.resources import Object
from support.planted import INTERNAL, PASSWORD
from support.pushing import pushing
from support.s3_gate import Refusal, S3Gate

from knative_lambda.domain import names

_SUCCEED = (
    *("SUCCESS", "SUCCESS_SHOWN_FIRST", "SUCCESS_WITHOUT_DIGEST", "OOM_RUN_GOES_ON"),
    *("SIDECAR_KILLED", "SIDECAR_KILLED_FOR_GOOD"),
)
_FAIL = (
    *("RUN_EXIT_3", "RUN_KILLED", "PUSH_DENIED", "OOM_KANIKO", "EVICTED", "NODE_BACK", "NODE_LOST"),
    *("PUSH_FAILS_AFTER_BUILD", "CONTEXT_MISSING", "RUNS_FOR_EVER", "KANIKO_IMAGE_MISSING"),
    *("SIDECAR_IMAGE_MISSING", "UNSCHEDULABLE", "MISSING_SERVICE_ACCOUNT"),
)
_LEAKS = histories.fails(
    3, f"npm error: GET https://builder:{PASSWORD}@npm.test/x", log=f"token={PASSWORD}\n"
)
_WRITES = ("create", "update", "patch", "delete")
_LATE = 0.15  # the chance that a message is overtaken
_STALLS = 0.04  # the chance that a replica stands still before a write


@attrs.define(eq=False)
class Trouble:
    """Everything that can be in the way, as long as it is let.

    Attributes:
        happened: How often which kind of it did.
        succeeds: The names of the Jobs whose builds push their image.
        harmed: The names of those that were deleted, or lost their sidecar.
    """

    place: ClusterWorld
    gate: S3Gate
    dice: Random
    happened: "Counter[str]" = attrs.field(factory=Counter)
    succeeds: set[str] = attrs.field(factory=set)
    harmed: set[str] = attrs.field(factory=set)

    def begin(self, of: float) -> None:
        """From now on a call goes wrong with that chance, in each way that there is."""
        faults = self.place.cluster.faults
        faults.random = self.dice
        self._doom()
        for verb in _WRITES:
            faults.add(409, verb=verb, probability=of)
        for outcome in (429, 500, 503, 504, *Loss):
            faults.add(
                outcome,
                probability=of,
                when=lambda asked: asked.verb != "watch",
                message=f"later: {INTERNAL}",
            )
        self.gate.refuse = lambda _: self._refusal(of)
        self.gate.lose = lambda _: self._refusal(of)
        self.gate.hang_up = lambda _: self.dice.random() < of
        self.place.chances.of, self.place.chances.stalls = of, _STALLS
        self.place.chances.late = _LATE

    def _doom(self) -> None:
        record = names.record(DOOMED)
        self.place.cluster.faults.add(500, resource="configmaps", name=record, message=INTERNAL)

    def end(self) -> None:
        """Nothing goes wrong any more."""
        self.happened["faults of the API"] = sum(
            fault.hits for fault in self.place.cluster.faults._ordered
        )
        self.place.cluster.faults.clear()
        self._doom()
        self.gate.refuse = self.gate.lose = lambda _: None
        self.gate.hang_up = lambda _: False
        self.place.chances.of = self.place.chances.stalls = self.place.chances.late = 0.0

    def _refusal(self, of: float) -> Refusal | None:
        if self.dice.random() >= of:
            return None
        self.happened["faults of S3"] += 1
        return Refusal(*self.dice.choice(((500, "InternalError"), (503, "SlowDown"))), INTERNAL)

    async def run(self) -> None:
        """Kill, delete, cut and refuse now and then, until cancelled."""
        while True:
            await asyncio.sleep(self.dice.uniform(0.5, 4))
            what = self.dice.choice(
                (self._kill_sidecar, self._delete_job, self._vanish, self._cut, self._away)
            )
            await what()

    def _accompanied(self) -> Life | None:
        """A build that runs, with its sidecar."""
        lives = self.place.kubelet.lives
        running = [each for each in lives if each.sidecar is not None and not each.sidecar.ended]
        return self.dice.choice(running) if running else None

    async def _kill_sidecar(self) -> None:
        life = self._accompanied()
        if life is not None and life.sidecar is not None:
            await life.sidecar.kill()
            self.harmed.add(life.job_name)
            self.happened["sidecars killed"] += 1

    async def _vanish(self) -> None:
        """A build is gone with all that could tell of it."""
        life = self._accompanied()
        if life is None or life.sidecar is None or life.job() is None:
            return
        await life.sidecar.kill()
        self.place.cluster.remove("jobs", life.namespace, life.job_name)
        if life.pod() is not None:
            self.place.cluster.remove("pods", life.namespace, life.pod_name)
        self.harmed.add(life.job_name)
        self.happened["builds that vanished"] += 1

    async def _delete_job(self) -> None:
        jobs = self.place.cluster.objects("jobs")
        if jobs and self.dice.random() < 0.3:
            metadata = self.dice.choice(jobs)["metadata"]
            self.harmed.add(metadata["name"])
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

    def history(self, job: Object) -> History:
        """What becomes of a build."""
        if self.dice.random() < 0.25:
            name = self.dice.choice((*_FAIL, "", "", ""))
            found: History = getattr(histories, name) if name else _LEAKS
            return found
        self.succeeds.add(job["metadata"]["name"])
        return pushing(getattr(histories, self.dice.choice(_SUCCEED)), self.place.push)
