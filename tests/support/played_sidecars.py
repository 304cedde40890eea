"""The real sidecar in the pods that the tests' kubelet plays, at the pace of the virtual clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Final

import attrs
from contracts.contract import eventually
from support.accompanied import BUILD, FUNCTION, KEY
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.kubelet import Clock, Kubelet
from support.kubernetes.lives import Life
from support.kubernetes.sidecars import Run
from support.kubernetes.store import SECOND
from yarl import URL

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.kubernetes.pod_reading import read_pod
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Crashed
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.own_pod import ClusterPod
from knative_lambda.application.engine import Engine
from knative_lambda.domain import names
from knative_lambda.domain.redaction import Redactor
from knative_lambda.domain.signing import is_signed
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Message
from knative_lambda.sidecar.accompanying import Sidecar
from knative_lambda.sidecar.following import Following
from knative_lambda.sidecar.log_text import LogText
from knative_lambda.sidecar.reporting import Report, Voice
from knative_lambda.sidecar.watching import Watch

_STRIDE: Final = 20.0  # seconds that pass at once where nothing happens
_REAL: Final = 2.0  # seconds of real time in which a sidecar ends that can


@attrs.define(eq=False)
class PlayedSidecars:
    """Its `run` is what the kubelet runs.

    Attributes:
        account: The folder of the ServiceAccount.
        timeout: Seconds that a build may take.
        publisher: By default one that always takes what is published.
        published: All that it took.
        logs: What each of them kept, at its end.
        runs: How many there were.
    """

    cluster: Cluster
    clock: Clock
    account: Path
    timeout: float = 300.0
    publisher: EventPublisher | None = None
    published: list[Message] = attrs.field(factory=list)
    logs: list[str] = attrs.field(factory=list)
    runs: int = 0
    _watch: Watch | None = attrs.field(default=None, init=False)
    _reads: int = attrs.field(default=0, init=False)

    async def run(self, run: Run) -> int:
        """One process of it."""
        self.runs += 1
        async with self._sidecar(run) as (sidecar, log):
            run.ready.set()
            try:
                await sidecar.run()
            except Crashed:
                return 137
            self.logs.append(log.text())
        return 0

    def told(self) -> str:
        """The reason of the one outcome, or its kind; empty if there is none.

        A repeat has the same bytes, and each is signed.
        """
        if not self.published:
            return ""
        assert len({message.body for message in self.published}) == 1
        event = wire.decode(self.published[0])
        assert event.id == names.event(BUILD, "outcome")
        assert isinstance(event.data, dict)
        assert is_signed(KEY, event.data)
        return str(event.data.get("reason") or event.type.rpartition(".")[2])

    @asynccontextmanager
    async def _sidecar(self, run: Run) -> AsyncIterator[tuple[Sidecar, KeptLog]]:
        client = PodClient(URL(self.cluster.url), self.account)
        pod = ClusterPod(client, BUILDS, run.pod["metadata"]["name"])
        broker = MemoryBroker(self.clock, listeners=[self.published.append])
        voice = Voice(self.publisher or broker, KEY)
        engine = Engine(ConfigMapRecords(client, BUILDS), voice, MemoryMetrics())
        log = KeptLog(self.account / "build.log")
        watch = self._watch = Watch(pod, self.timeout, run.terminated, self._now)

        async def send() -> None:
            return

        try:
            yield (
                Sidecar(
                    watch,
                    Following(pod, LogText(Redactor()), log),
                    Report(FUNCTION, BUILD, engine.tell, self._now),
                    send,
                    lambda _end: nullcontext(),
                    run.terminated,
                ),
                log,
            )
        finally:
            self._watch = None
            await client.close()

    def _now(self) -> int:
        self._reads += 1
        return self.clock()

    async def caught_up(self, life: Life) -> None:
        """Wait until the sidecar has seen its pod as it is, and what time it is."""
        reads = self._reads

        async def seen() -> bool:
            process, pod = life.sidecar, life.pod()
            if process is None or process.ended or self._watch is None or pod is None:
                return True
            told = bool(self.published) or run_told(process.run)
            return told or (self._watch._last == read_pod(pod) and self._reads > reads + 1)

        def run_told(run: Run) -> bool:
            return run.terminated.is_set()

        await eventually(seen)

    async def play_out(
        self, kubelet: Kubelet, life: Life, until: Callable[[], bool] = lambda: False
    ) -> None:
        """Let *life* go on to its end, or *until* that holds."""
        while not until():
            await kubelet.step()
            await self.caught_up(life)
            if life.waits and life.sidecar is not None and not life.sidecar.ended:
                await asyncio.wait([life.sidecar.task], timeout=_REAL)
                if life.sidecar.ended:
                    continue
            now = self.clock()
            later = [at for at, _, each in kubelet._due() if each is life and at > now]
            if not later:
                return
            self.clock.advance(min((min(later) - now + 0.5) / SECOND, _STRIDE))
