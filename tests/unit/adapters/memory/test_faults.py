"""Faults on demand: what each kind does, and which calls it meets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs
import pytest
from contracts.contract import DEADLINE
from contracts.source_fetcher import request

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Crashed, Fault, Faults, Kind, with_faults
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

CALL = "registry.ensure"


@attrs.define
class CountingFetcher(SourceFetcher):
    """Counts the trees that were made, and those that were removed."""

    made: int = 0
    removed: int = 0

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:  # noqa: ARG002 - every source is the same here
        return self._fetch()

    @asynccontextmanager
    async def _fetch(self) -> AsyncIterator[SourceTree]:
        self.made += 1
        try:
            yield SourceTree(Path("/nowhere"))
        finally:
            self.removed += 1


def faulty(registry: MemoryImageRegistry, faults: Faults) -> ImageRegistry:
    return with_faults("registry", registry, faults)


async def test_without_a_fault_the_answer_is_the_ports() -> None:
    registry = MemoryImageRegistry()
    registry.push("registry.test/a:1", "sha256:1")
    port = faulty(registry, Faults())
    assert await port.digest("registry.test/a:1") == "sha256:1"
    assert await port.digest(image="registry.test/a:2") is None


async def test_a_call_that_fails_does_nothing() -> None:
    registry = MemoryImageRegistry()
    port = faulty(registry, Faults([Fault(CALL, 1, Kind.FAIL)]))
    with pytest.raises(TransientError, match=r"registry\.ensure failed on demand"):
        await port.ensure("a")
    assert registry.repositories == set()


async def test_a_call_whose_answer_is_lost_is_done() -> None:
    registry = MemoryImageRegistry()
    port = faulty(registry, Faults([Fault(CALL, 1, Kind.LOSE)]))
    with pytest.raises(TransientError, match=r"the answer of registry\.ensure was lost"):
        await port.ensure("a")
    assert registry.repositories == {"a"}


async def test_a_crash_comes_after_the_call_is_done() -> None:
    registry = MemoryImageRegistry()
    port = faulty(registry, Faults([Fault(CALL, 1, Kind.CRASH)]))
    with pytest.raises(Crashed, match=CALL):
        await port.ensure("a")
    assert registry.repositories == {"a"}


def test_no_handler_of_errors_catches_a_crash() -> None:
    assert not issubclass(Crashed, Exception)


@pytest.mark.parametrize("nth", [1, 2, 3])
async def test_only_the_nth_call_goes_wrong(nth: int) -> None:
    registry = MemoryImageRegistry()
    port = faulty(registry, Faults([Fault(CALL, nth, Kind.FAIL)]))
    failed = []
    for number in (1, 2, 3):
        try:
            await port.ensure(str(number))
        except TransientError:
            failed.append(number)
    assert failed == [nth]
    assert registry.repositories == {"1", "2", "3"} - {str(nth)}


async def test_calls_are_counted_by_port_and_method() -> None:
    registry = MemoryImageRegistry()
    faults = Faults([Fault("registry.digest", 2, Kind.FAIL), Fault("other.ensure", 1, Kind.FAIL)])
    port, other = faulty(registry, faults), with_faults("other", registry, faults)
    await port.ensure("a")
    await port.digest("registry.test/a:1")
    with pytest.raises(TransientError):
        await port.digest("registry.test/a:1")
    with pytest.raises(TransientError):
        await other.ensure("b")
    assert faults.calls == {"registry.ensure": 1, "registry.digest": 2, "other.ensure": 1}


async def test_an_error_of_the_port_itself_passes() -> None:
    @attrs.define
    class Unreachable(MemoryImageRegistry):
        async def ensure(self, repository: str) -> None:
            raise TransientError(f"no way to {repository}")

    port = faulty(Unreachable(), Faults([Fault(CALL, 1, Kind.LOSE)]))
    with pytest.raises(TransientError, match="no way to a"):
        await port.ensure("a")


async def test_a_call_can_be_held_up_before_anything_is_done() -> None:
    registry = MemoryImageRegistry()
    held, let_go = asyncio.Event(), asyncio.Event()
    named = []

    async def pause(call: str) -> None:
        named.append(call)
        held.set()
        await let_go.wait()

    faults = Faults(pause=pause)
    task = asyncio.create_task(faulty(registry, faults).ensure("a"))
    async with asyncio.timeout(DEADLINE):
        await held.wait()
    assert named == [CALL]
    assert registry.repositories == set()
    assert faults.calls == {}
    let_go.set()
    await task
    assert registry.repositories == {"a"}


async def test_calls_are_counted_in_the_order_in_which_they_go_on() -> None:
    registry = MemoryImageRegistry()
    first_may_go = asyncio.Event()
    waits = [first_may_go.wait]

    async def pause(_call: str) -> None:
        if waits:
            await waits.pop()()

    port = faulty(registry, Faults([Fault(CALL, 1, Kind.FAIL)], pause))
    first = asyncio.create_task(port.ensure("first"))
    await asyncio.sleep(0)
    with pytest.raises(TransientError):
        await port.ensure("second")
    first_may_go.set()
    await first
    assert registry.repositories == {"first"}


async def test_a_fetch_that_fails_makes_no_tree() -> None:
    fetcher = CountingFetcher()
    faults = Faults([Fault("fetcher.fetch", 1, Kind.FAIL)])
    port: SourceFetcher = with_faults("fetcher", fetcher, faults)
    with pytest.raises(TransientError):
        await port.fetch(request("https://code.test/a")).__aenter__()
    assert (fetcher.made, faults.calls["fetcher.fetch"]) == (0, 1)


async def test_a_fetch_whose_answer_is_lost_leaves_no_tree() -> None:
    fetcher = CountingFetcher()
    faults = Faults([Fault("fetcher.fetch", 1, Kind.LOSE)])
    port: SourceFetcher = with_faults("fetcher", fetcher, faults)
    with pytest.raises(TransientError):
        await port.fetch(request("https://code.test/a")).__aenter__()
    assert (fetcher.made, fetcher.removed) == (1, 1)


async def test_a_fetch_is_not_called_before_it_is_entered() -> None:
    fetcher = CountingFetcher()
    faults = Faults()
    port: SourceFetcher = with_faults("fetcher", fetcher, faults)
    fetching = port.fetch(request("https://code.test/a"))
    assert faults.calls == {}
    async with fetching:
        assert (fetcher.made, fetcher.removed) == (1, 0)
    assert (fetcher.made, fetcher.removed) == (1, 1)
    assert faults.calls == {"fetcher.fetch": 1}


async def test_what_is_no_call_of_the_port_passes_without_faults() -> None:
    broker = MemoryBroker(lambda: 0)
    faults = Faults([Fault("broker.send", 1, Kind.FAIL)])
    with_faults("broker", broker, faults).send(Message(b"{}"))
    assert [delivery.message.body for delivery in broker.ready] == [b"{}"]
    assert faults.calls == {}
