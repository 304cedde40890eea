"""Processes that are stepped through call by call: held up, failed, or killed anywhere."""

from collections import Counter
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

import attrs
from support.world import IMAGES, World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.memory.untraced import Untraced
from knative_lambda.application.active_builds import ActiveBuilds
from knative_lambda.application.admission import Admission, Limits
from knative_lambda.application.append_log import AppendLog
from knative_lambda.application.appending import Appending
from knative_lambda.application.companion import Companion
from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Engine
from knative_lambda.application.handler import Handler
from knative_lambda.application.interpreter import Interpreter
from knative_lambda.application.observation import Observation
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.reconciler import Reconciler
from knative_lambda.domain import names
from knative_lambda.domain.effects import Effect
from knative_lambda.domain.errors import OverLimitError, PermanentError, TransientError
from knative_lambda.domain.events import Event
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Phase, Record
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports import record_form
from knative_lambda.ports.event_source import Delivery
from knative_lambda.ports.job_runner import BuildJob

Made = TypeVar("Made")
LIMITS = Limits(contexts=2, active=4, active_per_tenant=3)


class Held:
    """Awaiting this hands control back to whoever steps the process."""

    def __init__(self, call: str) -> None:
        self.call = call

    def __await__(self) -> Generator[str, None, None]:
        yield self.call


async def hold_up(call: str) -> None:
    """Wait before *call* until the next step."""
    await Held(call)


async def at_once(work: Callable[[], Made]) -> Made:
    """Do *work* here and now: there is no thread that could be held up."""
    return work()


@attrs.define
class Watch:
    """What the histories have been through, over all of them.

    Attributes:
        pairs: How often `decide` met each phase and event.
        crashed: In which phase of the request in hand processes were killed.
        failed: Which effects went wrong.
    """

    pairs: Counter[tuple[Phase, type]] = attrs.field(factory=Counter)
    crashed: Counter[Phase] = attrs.field(factory=Counter)
    failed: Counter[str] = attrs.field(factory=Counter)
    stepping: "Replica | None" = None

    def decide(self, record: Record, event: Event) -> tuple[Record, tuple[Effect, ...]]:
        """`machine.decide`, counted."""
        self.pairs[record.phase(event.request_id), type(event)] += 1
        if self.stepping is not None:
            self.stepping.subject = (record.function, event.request_id)
        return decide(record, event)


WATCH = Watch()


@attrs.frozen
class WatchedInterpreter(Interpreter):
    """Notes in *doing* which effect is under way."""

    doing: list[str] = attrs.field(factory=list)

    async def run(self, effect: Effect) -> Event | None:
        self.doing[:] = [type(effect).__name__]
        return await super().run(effect)


@attrs.define
class Replica:
    """The application, wired to a world by ports that can be held up and made to fail.

    Attributes:
        retry_for: Seconds after its first try until a delivery is given up.
        strategy: How images are made, unless a build asks for another way.
    """

    world: World
    faults: Faults = attrs.field(factory=lambda: Faults(pause=hold_up))
    limits: Limits = LIMITS
    metrics: MemoryMetrics = attrs.field(factory=MemoryMetrics)
    retry_for: float = 3600
    strategy: Strategy = Strategy.AUTO
    doing: list[str] = attrs.field(factory=list)
    subject: tuple[FunctionId, str] | None = None
    handler: Handler = attrs.field(init=False)
    engine: Engine = attrs.field(init=False)
    reconciler: Reconciler = attrs.field(init=False)
    companion: Companion = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        world, faults = self.world, self.faults
        records = world.records_of(faults)
        publisher = with_faults("publisher", world.broker, faults)
        contexts = with_faults("contexts", world.contexts, faults)
        runner = with_faults("runner", world.runner, faults)
        registry = with_faults("registry", world.registry, faults)
        deployer = world.deployer_of(faults)
        fetcher = with_faults("fetcher", world.sources, faults)
        builds = ActiveBuilds(runner, self.metrics, world.clock)
        assembler = with_faults("assembler", world.assembler, faults)
        appending = Appending(assembler, AppendLog(contexts), self.strategy, world.clock, at_once)
        preparation = Preparation(fetcher, world.sources, registry, contexts, IMAGES, appending)
        convergence = Convergence(records, deployer, publisher, IMAGES)
        interpreter = WatchedInterpreter(
            *(preparation, convergence, contexts, builds, publisher, assembler),
            *(world.clock, self.doing),
        )
        self.engine = Engine(records, interpreter, self.metrics)
        self.reconciler = Reconciler(
            records, builds, contexts, registry, self.engine, convergence, self.metrics, world.clock
        )
        self.companion = Companion(world.runner, self.engine, world.clock)
        self.handler = Handler(
            self.engine,
            Observation(registry, IMAGES, completion_key=""),
            preparation,
            self.reconciler,
            publisher,
            Admission(builds, self.limits, world.clock),
            self.metrics,
            Untraced(),
            now=world.clock,
            chance=lambda: 0.5,
            retry_for=self.retry_for,
            default_source="https://default.test/{third_party_id}/{parser_id}",
        )

    async def consume(self, delivery: Delivery) -> None:
        """What a consumer does with one delivery."""
        handled = await self.handler.handle(delivery)
        source = with_faults("source", self.world.broker, self.faults)
        await source.settle(delivery, handled.settlement)


@attrs.define
class Process:
    """One coroutine of a replica, at some call.

    Attributes:
        name: What it does.
        at: The call it is held up before; `None` once it has ended.
        delivery: What comes back to the broker if it dies.
        job: Whose sidecar it is.
    """

    name: str
    replica: Replica
    coroutine: Coroutine[Any, Any, None]
    delivery: Delivery | None = None
    job: BuildJob | None = None
    at: str | None = None
    error: Exception | None = None
    done: bool = False

    def __attrs_post_init__(self) -> None:
        self.step()

    def step(self) -> None:
        """Do the call it is held up before, and go on to the next; nothing if it has ended."""
        if self.done:
            return
        WATCH.stepping = self.replica
        try:
            self.at = self.coroutine.send(None)
        except StopIteration:
            self._ended(None)
        except (TransientError, PermanentError, OverLimitError) as error:
            if not isinstance(error, TransientError) and self.name != "tell":
                raise
            self._ended(error)

    def fail(self, kind: Kind) -> None:
        """Let the call it is held up before go wrong."""
        faults = self.replica.faults
        if self.at is not None:
            faults.plan = [Fault(self.at, faults.calls[self.at] + 1, kind)]
            WATCH.failed.update(self.replica.doing)
            self.step()

    def kill(self) -> None:
        """The process is gone; what it had not settled comes back."""
        if not self.done:
            WATCH.crashed[self._phase()] += 1
            self.coroutine.close()
            self._ended(None)

    def _phase(self) -> Phase:
        if self.replica.subject is None:
            return Phase.UNKNOWN
        function, request = self.replica.subject
        stored = self.replica.world.records._stored.get(names.slug(function))
        return record_form.load(stored[0]).phase(request) if stored else Phase.UNKNOWN

    def _ended(self, error: Exception | None) -> None:
        self.at, self.done = None, True
        self.error = error
        if self.delivery is not None:
            self.replica.world.broker.abandon(self.delivery.tag)


def consume(world: World, index: int) -> Process:
    """A consumer takes what is ready at *index*."""
    replica, delivery = Replica(world), world.broker.take(index)
    return Process("consume", replica, replica.consume(delivery), delivery=delivery)


def sidecar(world: World, job: BuildJob) -> Process:
    """The sidecar of *job* reports how it ended."""
    replica = Replica(world)
    return Process("sidecar", replica, replica.companion.report(job), job=job)


def sweep(world: World) -> Process:
    """A reconciler looks at everything."""
    replica = Replica(world)
    return Process("sweep", replica, replica.reconciler.sweep())


def tell(world: World, function: FunctionId, event: Event) -> Process:
    """A replica that had stalled for long takes in *event* only now."""
    replica = Replica(world)
    return Process("tell", replica, replica.engine.tell(function, event))
