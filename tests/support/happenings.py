"""What may happen in a history, one method each; most of it is what usually happens."""

import json

import attrs
from support import processes
from support.late import late_events
from support.processes import Process
from support.producers import Choice, Producers, build_of, function_of
from support.world import hold

from knative_lambda.adapters.memory.faults import Kind
from knative_lambda.domain import events
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.job_runner import BuildJob

WEIGHTS = {
    "start": 14, "handle": 14, "take": 8, "step": 10, "finish": 8, "crash": 10, "fail": 10,
    "lose": 6, "end_job": 10, "report": 10, "sweep": 3, "duplicate": 6, "cancel": 4, "delete": 3,
    "roll_back": 3, "start_without_id": 3, "cancel_by_job": 1, "reuse_an_id": 2,
    "start_under_the_id_of_an_operation": 2, "build_outside": 2, "name_an_operation": 3,
    "forge": 2, "move_branch": 1, "pass_time": 4, "look_at_job": 2, "wake_up_late": 24,
    "delete_job_by_hand": 1, "lose_sidecar": 1, "handle_until": 6, "calm_down": 6,
}  # fmt: skip
HEARD = (events.CancellationHeard, events.SupersessionHeard, events.RemainsRemoved)
LONGEST = 2000  # calls of one process; all of them take far fewer, unless they wait
HAPPENINGS = [name for name, weight in WEIGHTS.items() for _ in range(weight)]


@attrs.define
class History(Producers):
    """A world, and what is under way in it.

    Attributes:
        processes: Replicas, sidecars and reconcilers, each held up at some call.
        sidecars: Jobs that ended and whose sidecar has yet to say so.
        late: Builds of which a stalled replica has told.
        forsaken: Whether one was killed with nobody to deliver again what it had in hand.
    """

    processes: list[Process] = attrs.field(factory=list)
    sidecars: list[BuildJob] = attrs.field(factory=list)
    late: set[str] = attrs.field(factory=set)
    forsaken: bool = False

    # What brokers, networks and clocks do.

    def duplicate(self, c: Choice) -> None:
        if self.world.broker.ready:
            self.world.broker.duplicate(c.index % len(self.world.broker.ready))

    def fail(self, c: Choice) -> None:
        self._go_wrong(c, Kind.FAIL)

    def lose(self, c: Choice) -> None:
        self._go_wrong(c, Kind.LOSE)

    def _go_wrong(self, c: Choice, kind: Kind) -> None:
        process, call = self._pick(c), {3: "runner.stop", 4: "contexts.delete"}.get(c.more)
        if process is not None:
            for _ in range(c.more // 2):
                process.step()
            while call is not None and process.at not in (call, None):
                process.step()
            process.fail(kind)
            self.reap()

    def pass_time(self, c: Choice) -> None:
        self.world.clock.advance((0.5, 2, 20, 70, 400)[c.more % 5])
        self.world.broker.wake()

    # What replicas do.

    def take(self, c: Choice) -> None:
        if self.world.broker.ready:
            index = c.index % len(self.world.broker.ready)
            self.processes.append(processes.consume(self.world, index))
            self.reap()

    def handle(self, c: Choice) -> None:
        if self.world.broker.ready:
            self.run(processes.consume(self.world, c.index % len(self.world.broker.ready)))

    def handle_until(self, c: Choice) -> None:
        """A replica handles what comes first, and goes wrong at a call that is rare."""
        if self.world.broker.ready:
            process = processes.consume(self.world, 0)
            calls = ("contexts.delete", "runner.stop", "deployer.create", "deployer.patch")
            call = (*calls, "assembler.assemble", "assembler.keep")[c.more % 6]
            while process.at not in (call, None):
                process.step()
            if c.index % 3 == 0:
                process.kill()
            process.fail(Kind.LOSE if c.index % 2 else Kind.FAIL)
            self.run(process)

    def calm_down(self, _choice: Choice) -> None:
        """For a while nothing goes wrong."""
        while self.processes:
            self.run(self.processes[0])
        for name in sorted(self.world.runner._jobs):
            self.world.end_job(name, None)
        self.notice_ends()
        while self.sidecars:
            self.run(processes.sidecar(self.world, self.sidecars.pop()))
        for _ in range(len(self.world.broker.ready)):
            self.run(processes.consume(self.world, 0))

    def step(self, c: Choice) -> None:
        process = self._pick(c)
        if process is not None:
            process.step()
            self.reap()

    def finish(self, c: Choice) -> None:
        process = self._pick(c)
        if process is not None:
            self.run(process)

    def crash(self, c: Choice) -> None:
        process = self._pick(c)
        if process is not None:
            for _ in range(c.more):
                process.step()
            process.kill()
            self.reap()

    def sweep(self, c: Choice) -> None:
        self.world.clock.advance(70 if c.more > 4 else 0)
        self.processes.append(processes.sweep(self.world))
        self.reap()

    def look_at_job(self, c: Choice) -> None:
        f, build = function_of(c), build_of(function_of(c), f"start-{c.number}")
        labels = {"third-party-id": f.third_party_id, "parser-id": f.parser_id, "build-id": build}
        marked = {f"build.notifi.network/{name}": value for name, value in labels.items()}
        event = {
            "specversion": "1.0",
            "id": "seen",
            "source": "api",
            "type": "dev.knative.apiserver.resource.update",
            "data": {"kind": "Job", "metadata": {"labels": marked}},
        }
        self.world.broker.send(Message(json.dumps(event).encode()))

    def wake_up_late(self, c: Choice) -> None:
        """A replica that had stalled for long takes in only now what it had seen."""
        known = self.world.requests(function_of(c))
        unknown = build_of(function_of(c), f"start-{c.index % 4}")
        request = known[c.index % len(known)] if known and c.number else unknown
        late = late_events(self.world, function_of(c), request, c.more)
        event = late[(c.more + 10 * (c.function % 2)) % len(late)]
        if isinstance(event, HEARD) and self.world.is_unheard(function_of(c), request):
            return  # nobody can have heard, or cleared up after, what was never published
        self.tell(function_of(c), event, c.index if c.seconds is None else None)

    def tell(self, function: FunctionId, event: events.Event, calls: int | None = None) -> None:
        """A replica takes in *event*; it is killed after that many *calls*, unless `None`."""
        if isinstance(event, events.FailureHeard | events.CompletionHeard):
            self.outside.add(event.request_id)
        self.late.add(event.request_id)
        process = processes.tell(self.world, function, event)
        if calls is not None:
            for _ in range(calls):
                process.step()
            self.forsaken = self.forsaken or not process.done
            process.kill()
        self.run(process)

    # What Jobs and their sidecars do.

    def end_job(self, c: Choice) -> None:
        jobs = sorted(self.world.runner._jobs)
        if jobs:
            reason = {7: Reason.BUILD_EXIT, 8: Reason.OUT_OF_MEMORY}.get(c.more)
            self.world.end_job(jobs[c.index % len(jobs)], reason)
            self.notice_ends()

    def delete_job_by_hand(self, c: Choice) -> None:
        jobs = sorted(self.world.runner._jobs)
        if jobs:
            del self.world.runner._jobs[jobs[c.index % len(jobs)]]

    def report(self, c: Choice) -> None:
        if self.sidecars:
            job = self.sidecars.pop(c.index % len(self.sidecars))
            self.processes.append(processes.sidecar(self.world, job))
            self.reap()

    def lose_sidecar(self, c: Choice) -> None:
        if self.sidecars:
            del self.sidecars[c.index % len(self.sidecars)]

    # Bookkeeping.

    def _pick(self, c: Choice) -> Process | None:
        return self.processes[c.index % len(self.processes)] if self.processes else None

    def notice_ends(self) -> None:
        """Jobs that ended have a sidecar that is about to say so."""
        while not self.world.runner._ended.empty():
            self.sidecars.append(self.world.runner._ended.get_nowait())

    def run(self, process: Process) -> None:
        """Let *process* go on to its end."""
        if process not in self.processes:
            self.processes.append(process)
        steps = 0
        while process.at is not None:
            process.step()
            steps += 1
            hold(11, steps < LONGEST, f"{process.name} waits for something, at {process.at}")
        self.reap()

    def reap(self) -> None:
        """Part with what has ended; a sidecar tries until it is killed."""
        self.world.step += 1
        self.world.clock.advance(0.001)
        for process in [p for p in self.processes if p.at is None]:
            self.processes.remove(process)
            if process.job is not None and process.error is not None:
                self.sidecars.append(process.job)
