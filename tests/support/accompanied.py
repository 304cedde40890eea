"""A sidecar beside a build in memory, in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path

import attrs
from support.domain import request_id
from support.pods import building
from support.world import BEGINNING, SECOND

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.memory.own_pod import MemoryPod
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.engine import Engine
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.pod import PodStatus
from knative_lambda.domain.record import Build, Content, Outcome, Phase, Record
from knative_lambda.domain.redaction import Redactor
from knative_lambda.domain.signing import build_key
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.sidecar.accompanying import Sidecar
from knative_lambda.sidecar.following import Following
from knative_lambda.sidecar.log_text import LogText
from knative_lambda.sidecar.reporting import Report, Voice
from knative_lambda.sidecar.watching import Watch

FUNCTION = FunctionId("acme", "hello")
BUILD = request_id(7)
KEY = build_key("the service's key", FUNCTION, BUILD)
IMAGE = "registry.test/lambda/acme-hello:1"
TIMEOUT = 600.0  # seconds


def now() -> int:
    """The clock of a scenario."""
    return BEGINNING + int(asyncio.get_running_loop().time() * SECOND)


def opened(phase: Phase = Phase.OPEN, *, settled: bool = False) -> Record:
    """A record in which the build stands so."""
    build = Build(
        id=BUILD,
        key=Key(BEGINNING, BUILD),
        phase=phase,
        accepted_at=BEGINNING,
        settled=settled,
        content=Content("c" * 64, "d" * 64),
        image=IMAGE,
        outcome=None if phase is Phase.OPEN else Outcome(ended_at=BEGINNING, by="another"),
        correlation_id="corr-1",
    )
    return Record(FUNCTION, {BUILD: build})


@attrs.define(eq=False)
class Beside:
    """A build in memory, what its sidecar is made of, and what came of it.

    Attributes:
        faults: Of the pod, the records and the publisher.
        published: All that was, oldest first.
        published_at: When, in seconds.
        sent: What the log was each time it was sent.
        order: What was done last, last.
        send: Called before the log is sent.
        log_error: What there is instead of a log.
    """

    folder: Path
    pod: MemoryPod = attrs.field(factory=lambda: MemoryPod(building()))
    records: MemoryRecords = attrs.field(factory=MemoryRecords)
    faults: Faults = attrs.field(factory=Faults)
    told: asyncio.Event = attrs.field(factory=asyncio.Event)
    published: list[Message] = attrs.field(factory=list)
    published_at: list[float] = attrs.field(factory=list)
    sent: list[str] = attrs.field(factory=list)
    order: list[str] = attrs.field(factory=list)
    send: Callable[[], object] = lambda: None
    key: bytes = KEY
    log_error: Exception | None = None

    async def open(self, record: Record | None = None) -> None:
        """Let the record say that the build is open, or whatever it is to say."""
        before = await self.records.read(FUNCTION)
        await self.records.write(record or opened(), before.version)

    async def forget(self) -> None:
        """Let there be no record."""
        await self.records.erase(FUNCTION, (await self.records.read(FUNCTION)).version)

    @staticmethod
    def now() -> int:
        """UTC nanoseconds since 1970."""
        return now()

    def sidecar(self, timeout: float = TIMEOUT) -> Sidecar:
        """A process of it that begins now, of a build that may take so many seconds."""
        broker = MemoryBroker(now, listeners=[self._hear])
        publisher = with_faults("publisher", broker, self.faults)
        engine = Engine(
            with_faults("records", self.records, self.faults),
            Voice(publisher, self.key),
            MemoryMetrics(),
        )
        pod = with_faults("pod", self.pod, self.faults)
        heard = _Unheard(self.log_error) if self.log_error is not None else pod
        log = KeptLog(self.folder / "log")

        async def send_log() -> None:
            self.send()
            self.sent.append(log.text())

        return Sidecar(
            Watch(pod, timeout, self.told, now),
            Following(heard, LogText(Redactor.of(["a-secret"])), log),
            Report(FUNCTION, BUILD, engine.tell, now),
            send_log,
            lambda _end: nullcontext(),
            self.told,
        )

    def at(self, seconds: float, happens: Callable[..., object], *given: object) -> None:
        """Let that happen then."""
        asyncio.get_running_loop().call_later(seconds, happens, *given)

    def shown_at(self, seconds: float, status: PodStatus | None) -> None:
        """Let the pod be shown so from then on."""
        self.at(seconds, self.pod.show, status)

    def events(self) -> list[CloudEvent]:
        """All that was published."""
        return [wire.decode(message) for message in self.published]

    def outcome(self) -> dict[str, object]:
        """The data of the one event that was published."""
        (event,) = self.events()
        assert isinstance(event.data, dict)
        return event.data

    def kinds(self) -> list[str]:
        """How the build ended, as often as that was published."""
        return [event.type.rpartition("build.")[2] for event in self.events()]

    async def phase(self) -> Phase:
        """Where the build stands in the record."""
        return (await self.records.read(FUNCTION)).record.phase(BUILD)

    def _hear(self, message: Message) -> None:
        self.order.append("published")
        self.published.append(message)
        self.published_at.append(asyncio.get_running_loop().time())


Scenario = Callable[[Beside], Awaitable[None]]
Play = Callable[[Scenario], Beside]


class _Unheard(MemoryPod):
    """Has no log but an error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def log(self) -> AsyncIterator[bytes]:
        raise self.error
        yield b""
