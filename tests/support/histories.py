"""Histories of the whole system: replicas, duplicates, disorder, delays, failures and deaths."""

from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from support import laws, processes
from support.processes import Process
from support.world import SECOND, World, hold

from knative_lambda.adapters.memory.faults import Kind
from knative_lambda.domain import events, names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.job_runner import BuildJob

FUNCTIONS = (FunctionId("A_b", "c"), FunctionId("a-b", "c"))
URLS = ("https://one.test", "https://two.test", "https://branch.test", "https://broken.test")
_ROUNDS = 400  # of quiescing; far more than any history needs

function = st.sampled_from(FUNCTIONS[:1] * 3 + FUNCTIONS[1:])
number = st.integers(0, 3)
index = st.integers(0, 7)
age = st.sampled_from((None, -3600, -50, -20, -10, 0, 5000))
kind = st.sampled_from((Kind.FAIL, Kind.LOSE))


class Histories(RuleBasedStateMachine):
    """One run is one history; its end is a world at rest, where every law is checked."""

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.processes: list[Process] = []
        self.sidecars: list[BuildJob] = []
        self.outside: set[str] = set()

    # What producers do.

    def _at(self, seconds: int | None) -> int | None:
        return None if seconds is None else self.world.clock() + seconds * SECOND

    @rule(f=function, n=number, at=age, url=st.sampled_from(URLS), force=st.booleans())
    def start(self, f: FunctionId, n: int, at: int | None, url: str, force: bool) -> None:  # noqa: FBT001
        self._send("build.start", f, f"start-{n}", self._at(at), source_url=url, force=force)

    @rule(f=function)
    def start_without_id(self, f: FunctionId) -> None:
        url = "https://branch.test"
        self.world.send("build.start", f, id=None, replayable=False, source_url=url)

    @rule(f=function, n=number, at=age)
    def cancel(self, f: FunctionId, n: int, at: int | None) -> None:
        build = request_id("producer", f"{f.third_party_id}-start-{n}")
        self._send("build.cancel", f, f"cancel-{n}", self._at(at), build_id=build)

    @rule(f=function, n=number)
    def cancel_by_job(self, f: FunctionId, n: int) -> None:
        build = request_id("producer", f"{f.third_party_id}-start-{n}")
        job = names.job(f, build)
        self._send("build.cancel", f, f"cancel-job-{n}", None, replayable=False, job_name=job)

    @rule(f=function, n=number, at=age)
    def delete(self, f: FunctionId, n: int, at: int | None) -> None:
        self._send("service.delete", f, f"operation-{n}", self._at(at))

    @rule(f=function, n=number, at=age, to=st.one_of(st.none(), number))
    def roll_back(self, f: FunctionId, n: int, at: int | None, to: int | None) -> None:
        build = None if to is None else request_id("producer", f"{f.third_party_id}-start-{to}")
        self._send("service.rollback", f, f"operation-{n + 2}", self._at(at), to=build)

    @rule(f=function, n=number)
    def reuse_an_id(self, f: FunctionId, n: int) -> None:
        self._send("service.delete", f, f"start-{n}", None)

    @rule(f=function, n=number)
    def start_under_the_id_of_an_operation(self, f: FunctionId, n: int) -> None:
        self._send("build.start", f, f"operation-{n}", None, source_url=URLS[0])

    @rule(f=function, n=number)
    def build_outside(self, f: FunctionId, n: int) -> None:
        image = f"registry.test/outside/{names.slug(f)}:{n}"
        self.world.registry.push(image, f"sha256:{n:064x}")
        self.outside.add(request_id("producer", f"{f.third_party_id}-outside-{n}"))
        self._send("build.complete", f, f"outside-{n}", None, status="success", image_uri=image)

    @rule(f=function, n=number, end=st.sampled_from(("failed", "cancelled", "superseded")))
    def forge(self, f: FunctionId, n: int, end: str) -> None:
        build = request_id("producer", f"{f.third_party_id}-start-{n}")
        self.outside.add(build)
        self._send(f"build.{end}", f, f"forged-{n}", None, replayable=False, build_id=build)

    def _send(
        self,
        what: str,
        f: FunctionId,
        name: str,
        at: int | None,
        replayable: bool = True,  # noqa: FBT001, FBT002 - a test's own shorthand
        **data: Any,
    ) -> None:
        event_id = f"{f.third_party_id}-{name}"
        self.world.send(what, f, id=event_id, at=at, replayable=replayable, **data)

    @rule()
    def move_branch(self) -> None:
        self.world.sources.contents["https://branch.test"] = f"at step {self.world.step}"

    # What brokers and networks do.

    @precondition(lambda self: self.world.broker.ready)
    @rule(i=index)
    def duplicate(self, i: int) -> None:
        self.world.broker.duplicate(i % len(self.world.broker.ready))

    @precondition(lambda self: self.processes)
    @rule(i=index, how=kind)
    def fail(self, i: int, how: Kind) -> None:
        self._pick(i).fail(how)
        self._reap()

    @rule(seconds=st.sampled_from((0.5, 2, 20, 70, 400)))
    def pass_time(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        self.world.broker.wake()

    # What replicas do.

    @precondition(lambda self: self.world.broker.ready)
    @rule(i=index)
    def take(self, i: int) -> None:
        self.processes.append(processes.consume(self.world, i % len(self.world.broker.ready)))
        self._reap()

    @precondition(lambda self: self.world.broker.ready)
    @rule(i=index)
    def handle(self, i: int) -> None:
        self._run(processes.consume(self.world, i % len(self.world.broker.ready)))

    @precondition(lambda self: self.processes)
    @rule(i=index)
    def step(self, i: int) -> None:
        self._pick(i).step()
        self._reap()

    @precondition(lambda self: self.processes)
    @rule(i=index)
    def finish(self, i: int) -> None:
        self._run(self._pick(i))

    @precondition(lambda self: self.processes)
    @rule(i=index, steps=st.integers(0, 4))
    def crash(self, i: int, steps: int) -> None:
        process = self._pick(i)
        for _ in range(steps):
            if process.at is not None:
                process.step()
        if process.at is not None:
            process.kill()
        self._reap()

    @rule()
    def sweep(self) -> None:
        self.processes.append(processes.sweep(self.world))
        self._reap()

    @rule(f=function, n=number)
    def look_at_job(self, f: FunctionId, n: int) -> None:
        build = request_id("producer", f"{f.third_party_id}-start-{n}")
        labels = {"third-party-id": f.third_party_id, "parser-id": f.parser_id, "build-id": build}
        job = {"labels": {f"build.notifi.network/{name}": value for name, value in labels.items()}}
        self.world.broker.send(
            Message(
                b'{"id":"1","source":"api","specversion":"1.0",'
                b'"type":"dev.knative.apiserver.resource.update","data":'
                + str({"kind": "Job", "metadata": job}).replace("'", '"').encode()
                + b"}"
            )
        )

    @rule(f=function, n=number, late=st.integers(0, 6), operation=st.booleans())
    def wake_up_late(self, f: FunctionId, n: int, late: int, operation: bool) -> None:  # noqa: FBT001
        name = "operation" if operation else "start"
        build = request_id("producer", f"{f.third_party_id}-{name}-{n}")
        late_events: tuple[events.Event, ...] = (
            events.OutcomeUnheard(request_id=build),
            events.JobSeen(request_id=build),
            events.RemainsRemoved(request_id=build),
            events.CancellationHeard(request_id=build),
            events.SupersessionHeard(request_id=build),
            events.BuildEnded(
                request_id=build, now=self.world.clock(), verdict=Verdict(Reason.LOST, "late")
            ),
            events.BuildEnded(
                request_id=build, now=self.world.clock(), verdict=Verdict(Reason.TIMEOUT, "late")
            ),
        )
        self._run(processes.tell(self.world, f, late_events[late]))

    # What Jobs and their sidecars do.

    @precondition(lambda self: self.world.runner._jobs)
    @rule(i=index, reason=st.sampled_from((None, None, Reason.BUILD_EXIT, Reason.OUT_OF_MEMORY)))
    def end_job(self, i: int, reason: Reason | None) -> None:
        jobs = sorted(self.world.runner._jobs)
        self.world.end_job(jobs[i % len(jobs)], reason)
        self._notice_ends()

    @precondition(lambda self: self.world.runner._jobs)
    @rule(i=index)
    def delete_job_by_hand(self, i: int) -> None:
        jobs = sorted(self.world.runner._jobs)
        del self.world.runner._jobs[jobs[i % len(jobs)]]

    @precondition(lambda self: self.sidecars)
    @rule(i=index)
    def report(self, i: int) -> None:
        job = self.sidecars.pop(i % len(self.sidecars))
        self.processes.append(processes.sidecar(self.world, job))
        self._reap()

    @precondition(lambda self: self.sidecars)
    @rule(i=index)
    def lose_sidecar(self, i: int) -> None:
        del self.sidecars[i % len(self.sidecars)]

    # Bookkeeping.

    def _pick(self, i: int) -> Process:
        return self.processes[i % len(self.processes)]

    def _notice_ends(self) -> None:
        while not self.world.runner._ended.empty():
            self.sidecars.append(self.world.runner._ended.get_nowait())

    def _reap(self) -> None:
        self.world.step += 1
        self.world.clock.advance(0.001)
        for process in [p for p in self.processes if p.at is None]:
            self.processes.remove(process)
            if process.job is not None and process.error is not None:
                self.sidecars.append(process.job)  # a sidecar tries until it is killed

    def _run(self, process: Process) -> None:
        if process not in self.processes:
            self.processes.append(process)
        while process.at is not None:
            process.step()
        self._reap()

    # The end of a history.

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.come_to_rest()
            before = laws.snapshot(self.world)
            for sent in self.world.sent:
                if sent.replayable and laws.was_acknowledged(self.world, sent.message):
                    self.world.broker.send(sent.message)
                    self.world.broker.duplicate(-1)
            self.come_to_rest()
            hold(2, laws.snapshot(self.world) == before, "a repeat has changed the world")
            self.world.clock.advance(25 * 3600)
            for _ in range(2):
                self._run(processes.sweep(self.world))
                self._drain()
            laws.at_rest(self.world, self.outside)

    def come_to_rest(self) -> None:
        for _ in range(_ROUNDS):
            self._drain()
            running = [j.name for _, j in self.world.runner._jobs.values() if j.verdict is None]
            for job in running:
                self.world.end_job(job, None)
            self._notice_ends()
            for job_ended in list(self.sidecars):
                self.sidecars.remove(job_ended)
                self._run(processes.sidecar(self.world, job_ended))
            if self.world.broker.delayed:
                self.world.clock.at = max(
                    self.world.clock.at, min(at for at, _ in self.world.broker.delayed)
                )
                self.world.broker.wake()
            elif not self.world.broker.ready and not running:
                if all(build.settled for _, build in laws.builds(self.world)):
                    return
                self.world.clock.advance(301)
                self._run(processes.sweep(self.world))
        hold(1, False, "the world does not come to rest")  # noqa: FBT003

    def _drain(self) -> None:
        while self.processes or self.world.broker.ready:
            while self.processes:
                self._run(self.processes[0])
            hold(11, not self.world.broker.in_flight, "a delivery is held while a build runs")
            if self.world.broker.ready:
                self._run(processes.consume(self.world, 0))
