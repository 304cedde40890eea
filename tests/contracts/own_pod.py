"""The laws of `OwnPod`."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from contracts.contract import DEADLINE, Contract

from knative_lambda.domain.pod import KANIKO, ContainerStatus, PodStatus
from knative_lambda.ports.own_pod import OwnPod


def exit_code(pod: PodStatus | None) -> int | None:
    """How Kaniko ended there."""
    assert pod is not None
    return pod.containers[KANIKO].exit_code


class OwnPodContract(Contract):
    """What everything must do that shows a sidecar its pod."""

    @pytest.fixture
    def pod(self) -> OwnPod:
        """One whose Kaniko runs, and has written nothing."""
        raise NotImplementedError

    @abstractmethod
    async def show(self, kaniko: ContainerStatus, *, deleting: bool = False) -> None:
        """Back door: the cluster says so of Kaniko from now on."""

    @abstractmethod
    async def remove(self) -> None:
        """Back door: the pod is gone."""

    @abstractmethod
    async def end_watches(self) -> None:
        """Back door: the cluster ends every watch."""

    @abstractmethod
    async def write(self, data: bytes) -> None:
        """Back door: Kaniko has written *data*."""

    @abstractmethod
    async def end_log(self) -> None:
        """Back door: Kaniko has ended, and writes nothing more."""

    async def test_a_look_gives_the_pod_as_it_is_now(self, pod: OwnPod) -> None:
        seen = await pod.look()
        assert seen is not None
        assert seen.containers[KANIKO].running
        await self.show(ContainerStatus(exit_code=3, reason="Error"))
        assert exit_code(await pod.look()) == 3

    async def test_a_pod_that_is_gone_is_nothing(self, pod: OwnPod) -> None:
        assert await pod.look() is not None
        await self.remove()
        assert await pod.look() is None

    async def test_a_pod_that_is_to_go_says_so(self, pod: OwnPod) -> None:
        await self.show(ContainerStatus(running=True), deleting=True)
        seen = await pod.look()
        assert seen is not None
        assert seen.deleting

    async def test_what_changes_is_given_again(self, pod: OwnPod) -> None:
        await pod.look()
        async with _watched(pod) as following:
            await self.show(ContainerStatus(exit_code=3, reason="Error"))
            assert exit_code(await following()) == 3
            await self.show(ContainerStatus(exit_code=4, reason="Error"))
            assert exit_code(await following()) == 4

    async def test_what_has_changed_since_the_look_is_given(self, pod: OwnPod) -> None:
        await pod.look()
        await self.show(ContainerStatus(exit_code=3, reason="Error"))
        async with _watched(pod) as following:
            assert exit_code(await following()) == 3

    async def test_a_watch_ends_when_the_cluster_ends_it(self, pod: OwnPod) -> None:
        await pod.look()
        async with _watched(pod) as following:
            await self.show(ContainerStatus(exit_code=3, reason="Error"))
            assert await following() is not None
            await self.end_watches()
            assert await following() is None

    async def test_a_watch_ends_with_its_pod(self, pod: OwnPod) -> None:
        await pod.look()
        async with _watched(pod) as following:
            await self.show(ContainerStatus(running=True), deleting=True)
            while (seen := await following()) is not None and not seen.deleting:
                pass
            await self.remove()
            assert await following() is None

    async def test_who_looks_again_can_watch_again(self, pod: OwnPod) -> None:
        await pod.look()
        async with _watched(pod) as following:
            await self.show(ContainerStatus(exit_code=3, reason="Error"))
            assert exit_code(await following()) == 3
        await pod.look()
        async with _watched(pod) as following:
            await self.show(ContainerStatus(exit_code=4, reason="Error"))
            assert exit_code(await following()) == 4

    async def test_a_log_is_given_from_its_first_byte_to_its_last(self, pod: OwnPod) -> None:
        await self.write(b"before\n")
        written = bytearray()
        first = asyncio.Event()

        async def follow() -> None:
            async for piece in pod.log():
                written.extend(piece)
                first.set()

        async with asyncio.timeout(DEADLINE):
            following = asyncio.create_task(follow())
            await first.wait()
            await self.write("größer\n".encode())
            await self.write(b"no end of line")
            await self.end_log()
            await following
        assert bytes(written) == "before\ngrößer\nno end of line".encode()

    async def test_a_log_that_nobody_wrote_is_empty(self, pod: OwnPod) -> None:
        await self.end_log()
        async with asyncio.timeout(DEADLINE):
            assert [piece async for piece in pod.log()] == []


@asynccontextmanager
async def _watched(pod: OwnPod) -> AsyncIterator[Callable[[], "asyncio.Future[PodStatus | None]"]]:
    """A watch whose next change can be awaited; `None`: it has ended."""
    told: asyncio.Queue[PodStatus | None] = asyncio.Queue()

    async def watch() -> None:
        async for change in pod.changes():
            told.put_nowait(change)
        told.put_nowait(None)

    def following() -> "asyncio.Future[PodStatus | None]":
        return asyncio.ensure_future(asyncio.wait_for(told.get(), DEADLINE))

    watching = asyncio.create_task(watch())
    try:
        yield following
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
