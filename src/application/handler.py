"""What happens to a delivery: read, observe, decide, act; and how it is to be settled."""

from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Final, assert_never

import attrs
import structlog

from knative_lambda.application import delivery_log
from knative_lambda.application.admission import Admission
from knative_lambda.application.engine import Engine
from knative_lambda.application.observation import Observation, named, requested
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.reconciler import Reconciler
from knative_lambda.application.report import report
from knative_lambda.application.settlement import Tried, settle
from knative_lambda.domain import announcement, intake, names
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import BuilderError, OverLimitError, SetupError
from knative_lambda.domain.events import BuildEnded, Event, JobDelayed
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.incoming import (
    CancelBuild,
    DeleteService,
    HearOutcome,
    Ignore,
    Incoming,
    ReconcileBuild,
    RollBackService,
    StartBuild,
)
from knative_lambda.domain.limit import Limit
from knative_lambda.domain.record import Phase, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Settlement
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Delivery
from knative_lambda.ports.metrics import Metrics, Settled
from knative_lambda.ports.receiver import REPEAT, Report
from knative_lambda.ports.tracing import Tracing

_GIVEN_UP: Final = frozenset({Rejection.RETRIES_EXHAUSTED, Rejection.INTERNAL})
_OF_A_FLOOD: Final = frozenset({Limit.INTAKE, Limit.INTAKE_PER_TENANT})
_NO_JOB: Final = Verdict(Reason.INTERNAL, "its Job could not be made, however often it was tried")
_SECOND: Final = 1_000_000_000
_LOOKED_AT: Final = 16  # waits, which take at most a quarter of an hour

_log = structlog.get_logger()


@attrs.frozen
class Handled:
    """How a delivery is to be settled, and what there is to say about it.

    Attributes:
        event: What it was, if it could be read.
        report: What it came to, if all went well.
    """

    settlement: Settlement
    event: CloudEvent | None
    report: Report | None = None


@attrs.frozen
class Handler:
    """Handles deliveries; keeps nothing between two of them.

    Attributes:
        now: The clock, UTC nanoseconds since 1970.
        chance: From 0 to 1, for the spread of waits.
        retry_for: Seconds after its first try until a delivery is given up.
        default_source: See `knative_lambda.domain.intake.read`.
    """

    engine: Engine
    observation: Observation
    preparation: Preparation
    reconciler: Reconciler
    publisher: EventPublisher
    admission: Admission
    metrics: Metrics
    tracing: Tracing
    now: Callable[[], int]
    chance: Callable[[], float]
    retry_for: float
    default_source: str

    async def handle(self, delivery: Delivery) -> Handled:
        """Handle *delivery*, and say how it is to be settled."""
        began = self.now()
        event: CloudEvent | None = None
        done: Report | None = None
        settlement: Settlement = Ack()
        delivery_log.begin()
        try:
            event = wire.decode(delivery.message)
            delivery_log.bind_event(event)
            if not event.named:
                self.metrics.unnamed()
            with self.tracing.handling(event):
                incoming = intake.read(event, self.default_source)
                delivery_log.bind_incoming(incoming)
                done = await self._process(incoming, delivery)
        except Exception as error:  # noqa: BLE001 - the one place where any error ends
            settlement = self._settle(error, delivery, event)
        if isinstance(settlement, DeadLetter) and event is not None:
            try:
                await self._tell_given_up(event, settlement, delivery.arrived)
            except Exception as error:  # noqa: BLE001 - still the same place
                settlement = self._settle(error, delivery, event)
        handled = Handled(settlement, event, done)
        self._note(handled, delivery, began)
        return handled

    def _note(self, handled: Handled, delivery: Delivery, began: int) -> None:
        event, now = handled.event, self.now()
        known = event is not None and event.type in intake.CONSUMED
        took = max(0, now - began) / _SECOND
        self.metrics.settled(
            Settled(
                type=event.type if event is not None and known else "other",
                settlement=handled.settlement,
                attempts=delivery.attempts,
                age=max(0, now - delivery.arrived) / _SECOND,
                took=took,
                repeat=handled.report is not None and handled.report.status == REPEAT,
            )
        )
        delivery_log.settled(handled.settlement, delivery.attempts, took)

    def _settle(self, error: Exception, delivery: Delivery, event: CloudEvent | None) -> Settlement:
        function = intake.named_function(event) if event is not None else None
        if isinstance(error, OverLimitError) and function is not None:
            self.metrics.held_back(function.third_party_id, error.limit)
        if isinstance(error, SetupError):
            _log.error("setup.unfit", error=str(error))  # a person must mend it, so is told
        elif not isinstance(error, BuilderError):
            _log.error("delivery.bug", exc_info=error)
        # It waits for its turn as long as it takes: only failing ends some time.
        age = (self.now() - delivery.failures[0].at) / _SECOND if delivery.failures else 0.0
        tried = Tried(delivery.attempts, delivery.set_aside, age)
        return settle(error, tried, self.retry_for, self.chance())

    async def _tell_given_up(self, event: CloudEvent, settlement: DeadLetter, arrived: int) -> None:
        """Tell of a start: a build that was let in fails, and any other is turned away."""
        function = intake.named_function(event)
        if event.type != f"{PREFIX}build.start" or function is None:
            return
        if settlement.rejection in _GIVEN_UP and await self._fail_if_let_in(function, named(event)):
            return
        at = event.time if event.time is not None else arrived
        await self.publisher.publish(
            announcement.rejected(function, named(event), settlement.rejection, settlement.told, at)
        )

    async def _fail_if_let_in(self, function: FunctionId, build_id: str) -> bool:
        """Fail that build, unless it has a Job or has ended; `False` if it was never let in."""
        try:
            build = (await self.engine.records.read(function)).record.builds.get(build_id)
        except BuilderError:  # who keeps the records is away, so nobody can tell
            build = None
        if build is not None and build.phase is Phase.OPEN:
            job = await self.admission.builds.look(names.job(function, build_id))
            if job is None:
                ended = BuildEnded(request_id=build_id, now=self.now(), verdict=_NO_JOB)
                await self.engine.tell(function, ended)
        return build is not None

    async def _process(self, incoming: Incoming, delivery: Delivery) -> Report:
        arrived = delivery.arrived
        match incoming:
            case StartBuild():
                return await self._start(incoming, delivery)
            case HearOutcome():
                observe = self.observation.of_outcome(incoming, arrived)
            case CancelBuild():
                observe = self.observation.of_cancel(incoming, arrived)
            case DeleteService():
                observe = self.observation.of_delete(incoming, arrived)
            case RollBackService():
                observe = self.observation.of_rollback(incoming, arrived)
            case ReconcileBuild():
                await self.reconciler.look_at(incoming.function, incoming.build_id)
                return Report(status="reconciled", message="its build was looked at")
            case Ignore():
                return Report(status="ignored", message="this is about nothing of ours")
            case _:
                assert_never(incoming)
        return report(await self.engine.advance(incoming.function, observe))

    async def _start(self, start: StartBuild, delivery: Delivery) -> Report:
        asked = requested(start, delivery.arrived, self.now())
        source, event_id = start.event.source, start.event.id

        async def observe(_record: Record) -> Event:
            if start.event.named:
                return asked
            # Only its content tells such an event from the same words sent again.
            return await self.preparation.run(
                asked, lambda content: request_id(source, event_id, content)
            )

        async with AsyncExitStack() as places:
            try:
                admitted = self.admission.admit(start.function.third_party_id)
                await places.enter_async_context(admitted)
            except OverLimitError as full:
                if start.event.named and _may_be_open(delivery, full.limit):
                    waits = JobDelayed(request_id=asked.request_id, now=self.now(), error=full)
                    with suppress(BuilderError):  # it waits all the same
                        await self.engine.tell(start.function, waits)
                raise
            moved = await self.engine.advance(start.function, observe)
        build = moved.record.builds.get(moved.request)
        if moved.changed and build is not None and build.warning is not None:
            service = names.service(start.function)
            _log.warning("build.warned", build_id=build.id, service=service, warning=build.warning)
        return report(moved)


def _may_be_open(delivery: Delivery, limit: Limit) -> bool:
    """Whether a start that has to wait may have been let in before.

    Then its record is to know that it waits, lest a sweep take its Job for gone. Most were not,
    and to ask of each each time would cost a call; so after the first time it is asked seldom.
    What comes by another door than the queue does not say whether it has come before, and is
    asked for each time; but not in a flood, in which it costs nothing to be turned away.
    """
    if delivery.tag is None:
        return limit not in _OF_A_FLOOD
    seldom = delivery.set_aside % _LOOKED_AT == _LOOKED_AT - 1
    return delivery.redelivered or delivery.attempts > 0 or seldom
