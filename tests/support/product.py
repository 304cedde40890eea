"""The whole product in one process: with its own fetchers and packer, and all else in memory."""

import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import attrs
from support.careless import members
from support.memory_uploads import download_from
from support.processes import Replica
from support.world import PREFIX, Sources, World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.uploads.source_fetcher import UploadedSources
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports import wire
from knative_lambda.ports.context_packer import ContextPacker, PackedContext
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.service_deployer import ServiceSpec
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree


@attrs.frozen
class End:
    """How an event ended that was not taken."""

    reason: Rejection | Reason
    detail: str


@attrs.define
class _RealSources(Sources):
    """What a fetcher of sources finds, packed."""

    fetcher: SourceFetcher = attrs.field(kw_only=True)
    packer: ContextPacker = attrs.field(factory=ContextBuilder, kw_only=True)

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        return self.fetcher.fetch(request)

    async def pack(self, tree: Path, request: BuildRequest) -> PackedContext:
        return await self.packer.pack(tree, request)


@attrs.define
class Product:
    """Takes events one by one.

    Attributes:
        fetcher: Of sources that nobody has uploaded.
    """

    fetcher: SourceFetcher
    world: World = attrs.field(factory=World, init=False)
    replica: Replica = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        contexts = self.world.contexts
        uploads = UploadedSources(self.fetcher, contexts, download_from(contexts))
        self.world.sources = _RealSources(fetcher=uploads)
        self.replica = Replica(self.world, Faults())

    async def take(self, kind: str, data: Mapping[str, object], name: str = "one") -> End | None:
        """Take an event from `producer` with the id *name*; gives how it ended, if not well."""
        event = {"specversion": "1.0", "id": name, "source": "producer", "type": PREFIX + kind}
        self.world.broker.send(Message(json.dumps({**event, "data": data}).encode()))
        return await self._take_next()

    async def _take_next(self) -> End | None:
        before = len(self.world.published)
        handled = await self.replica.handler.handle(self.world.broker.take(-1))
        if isinstance(handled.settlement, DeadLetter):
            return End(handled.settlement.rejection, handled.settlement.detail)
        for event in self.events[before:]:
            if event.type == f"{PREFIX}build.failed":
                said = event.data
                assert isinstance(said, dict)
                (reason,) = (reason for reason in Reason if reason.value == said["reason"])
                return End(reason, said["detail"])
        return None

    @property
    def events(self) -> list[CloudEvent]:
        """All that was published."""
        return [wire.decode(message) for message in self.world.published]

    @property
    def jobs(self) -> list[JobSpec]:
        """What is built, or was, and how."""
        return [spec for spec, _ in self.world.runner._jobs.values()]

    def context(self, job: JobSpec) -> dict[str, bytes | None]:
        """The files of the context of *job*, and its folders."""
        return dict(members(self.world.contexts.read(job.context_url)))

    async def finish(self, job: JobSpec) -> ServiceSpec:
        """Let *job* succeed; gives what is served then."""
        self.world.runner.end(job.name, Verdict())
        ended = await self.world.runner.look(job.name)
        assert ended is not None
        await self.replica.companion.report(ended)
        assert await self._take_next() is None
        (served,) = (
            spec
            for spec in self.world.deployer.specs.values()
            if spec is not None and spec.build_id == job.build_id
        )
        return served
