"""A whole world in memory, with virtual time, whose every change is watched for broken laws."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs
from support.packed import packed_context

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.domain import names
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.images import Images
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Phase, Record
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports import record_form
from knative_lambda.ports.context_packer import ContextPacker, PackedContext
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.image_assembler import Assembled, ImageSpec
from knative_lambda.ports.records import Records
from knative_lambda.ports.service_deployer import Service, ServiceDeployer, ServiceSpec
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

SECOND = 1_000_000_000
BEGINNING = 1_800_000_000 * SECOND
BASE = "base.test/node:22"
IMAGES = Images("registry.test", "pull.test", "lambda/")
PREFIX = "network.notifi.lambda."


class LawBrokenError(AssertionError):
    """A law does not hold."""

    def __init__(self, law: int, what: str) -> None:
        super().__init__(f"law {law}: {what}")
        self.law = law


def hold(law: int, truth: bool, what: object) -> None:  # noqa: FBT001 - reads like an assertion
    """Demand that *law* holds here."""
    if not truth:
        raise LawBrokenError(law, str(what))


@attrs.define
class Clock:
    """Virtual time, UTC nanoseconds since 1970."""

    at: int = BEGINNING

    def __call__(self) -> int:
        return self.at

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.at += int(seconds * SECOND)


def _rendered(url: str) -> str:
    """The Dockerfile of what lies behind *url*: its words say how its image can be made."""
    if "plain" in url or "branch" in url:
        return f"FROM {BASE}\nWORKDIR /app\nCOPY function function/\n"
    if "locked" in url:
        return (
            f"FROM {BASE} AS build\nCOPY function/package-lock.json ./\nRUN npm ci\n"
            f"FROM {BASE}\nWORKDIR /app\nCOPY --from=build /node_modules node_modules/\n"
            "COPY function function/\n"
        )
    return f"FROM {BASE}\nWORKDIR /app\nCOPY function function/\nRUN make\n"


@attrs.define
class Sources(SourceFetcher, ContextPacker):
    """Every tenant's code: what lies behind each URL now, without a disk."""

    contents: dict[str, str] = attrs.field(factory=dict)

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        return self._fetch(request)

    @asynccontextmanager
    async def _fetch(self, request: BuildRequest) -> AsyncIterator[SourceTree]:
        if "broken" in request.source_url:
            raise SourceRefusedError(Reason.SOURCE_NOT_FOUND, "nothing there")
        yield SourceTree(Path("/nowhere"))

    async def pack(self, tree: Path, request: BuildRequest) -> PackedContext:  # noqa: ARG002
        content = self.contents.get(request.source_url, request.source_url)
        digest = hashlib.sha256(f"{request.function}{content}".encode()).hexdigest()
        packed = packed_context(digest, content.encode(), _rendered(request.source_url))
        return attrs.evolve(
            packed, digests={**packed.digests, "function/package-lock.json": f"0644 {'1' * 64}"}
        )


@attrs.define
class WatchedAssembler(MemoryImageAssembler):
    """Has *note* called after each image that is put together, of which it keeps the specs."""

    note: Callable[[], None] = lambda: None
    specs: list[ImageSpec] = attrs.field(factory=list)

    async def assemble(self, spec: ImageSpec) -> Assembled:
        made = await super().assemble(spec)
        self.specs.append(spec)
        self.note()
        return made


@attrs.define
class WatchedDeployer(MemoryServiceDeployer):
    """Checks at every write what must hold whenever a Service is written (laws 3, 6 and 8)."""

    check: Callable[[ServiceSpec, Service | None], None] = lambda _spec, _before: None

    async def create(self, spec: ServiceSpec) -> Service:
        if spec.name not in self._seen:
            self.check(spec, None)
        return await super().create(spec)

    async def patch(self, spec: ServiceSpec, expected: Key) -> Service:
        before = self._seen.get(spec.name)
        if before is not None and before.key == expected:
            self.check(spec, before)
        return await super().patch(spec, expected)


@attrs.define
class Sent:
    """A message that a producer sent, and the step at which it did."""

    message: Message
    step: int
    replayable: bool = True


@attrs.define
class World:
    """All that outlives a replica."""

    clock: Clock = attrs.field(factory=Clock)
    sources: Sources = attrs.field(factory=Sources)
    records: MemoryRecords = attrs.field(factory=MemoryRecords)
    registry: MemoryImageRegistry = attrs.field(factory=MemoryImageRegistry)
    broker: MemoryBroker = attrs.field(init=False)
    contexts: MemoryContextStore = attrs.field(init=False)
    runner: MemoryJobRunner = attrs.field(init=False)
    deployer: WatchedDeployer = attrs.field(init=False)
    assembler: WatchedAssembler = attrs.field(init=False)
    published: list[Message] = attrs.field(factory=list)
    sent: list[Sent] = attrs.field(factory=list)
    pushed: dict[str, int] = attrs.field(factory=dict)
    step: int = 0

    def __attrs_post_init__(self) -> None:
        self.broker = MemoryBroker(self.clock)
        self.broker.listeners.append(self.published.append)
        self.contexts = MemoryContextStore(self.clock)
        self.runner = MemoryJobRunner(self.registry, self.clock, ending=None)
        self.deployer = WatchedDeployer(check=self._check_write)
        self.assembler = WatchedAssembler(self.registry, frozenset({BASE}), note=self._note_pushes)

    def records_of(self, faults: Faults) -> Records:
        """Where a replica with these *faults* keeps records."""
        return with_faults("records", self.records, faults)

    def deployer_of(self, faults: Faults) -> ServiceDeployer:
        """What a replica with these *faults* deploys by."""
        return with_faults("deployer", self.deployer, faults)

    def _check_write(self, spec: ServiceSpec, before: Service | None) -> None:
        record = record_form.load(self.records._stored[spec.name.removeprefix("lambda-")][0])
        build = record.builds.get(spec.build_id)
        hold(6, build is not None and build.phase is Phase.COMPLETE, f"{build} is served")
        assert build is not None
        known = self.registry._digests.get(build.image or "")
        hold(8, spec.image.endswith(f"@{known}"), f"{spec.image} is not what the registry has")
        hold(8, IMAGES.holds(build.image or ""), f"{build.image} is not in our registry")
        older = before is None or before.key is None or before.key < spec.key
        hold(3, older, f"the Service goes from {before} back to {spec.key}")

    def send(
        self,
        kind: str,
        function: FunctionId,
        /,
        *,
        id: str | None,  # noqa: A002 - the attribute's own name
        at: int | None = None,
        replayable: bool = True,
        **data: object,
    ) -> None:
        """Have a producer send an event."""
        event = {
            "specversion": "1.0",
            "id": id,
            "source": "producer",
            "type": PREFIX + kind,
            "time": format_instant(at) if at is not None else None,
            "data": {
                "third_party_id": function.third_party_id,
                "parser_id": function.parser_id,
                **data,
            },
        }
        message = Message(json.dumps(event).encode())
        self.sent.append(Sent(message, self.step, replayable))
        self.broker.send(message)

    def requests(self, function: FunctionId) -> list[str]:
        """The ids of all requests in the record of *function*."""
        stored = self.records._stored.get(names.slug(function))
        record = record_form.load(stored[0]) if stored else Record(function)
        return [*record.builds, *record.operations]

    def is_unheard(self, function: FunctionId, build_id: str) -> bool:
        """Whether the outcome of that build is decided, and was never published."""
        stored = self.records._stored.get(names.slug(function))
        phase = record_form.load(stored[0]).phase(build_id) if stored else Phase.UNKNOWN
        said = (function.parser_id, names.event(build_id, "outcome"))
        told = any(
            (message.headers["subject"], message.headers["id"]) == said
            and message.headers["source"] == names.tenant_source(function.third_party_id)
            for message in self.published
        )
        return phase in (Phase.FAILED, Phase.CANCELLED, Phase.SUPERSEDED) and not told

    def end_job(self, name: str, reason: Reason | None) -> None:
        """Kaniko exits."""
        self.runner.end(name, Verdict(reason, "as told" if reason else ""))
        self._note_pushes()

    def _note_pushes(self) -> None:
        for image in self.registry._digests:
            self.pushed.setdefault(image, self.step)
