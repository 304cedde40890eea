"""Services as processes of this machine, each behind an address of its own."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import attrs

from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.local_service import LocalService
from knative_lambda.adapters.local.service_board import ServiceBoard
from knative_lambda.adapters.memory.service_deployer import Attributes, MemoryServiceDeployer
from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.keys import Key
from knative_lambda.ports.service_deployer import Service, ServiceDeployer, ServiceSpec


def _ignore(_service: str, _line: str) -> None:
    return


@attrs.define(eq=False)
class LocalServiceDeployer(ServiceDeployer):
    """Keeps its objects in memory: a new process makes its Services anew from the records.

    What it does not keep is not there for it, even if another process on the same state directory
    serves it: no process can write to what another one has.

    Attributes:
        port: Of the first Service; 0 for any. All others get any.
        listener: Hears each line that a function writes, after its Service's name.
        board: Where other processes see its Services.
    """

    registry: LocalImageRegistry
    port: int = 0
    listener: Callable[[str, str], None] = _ignore
    board: ServiceBoard = attrs.field()
    _book: MemoryServiceDeployer = attrs.field(factory=MemoryServiceDeployer)
    _services: dict[str, LocalService] = attrs.field(factory=dict)
    _writing: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _showing: "set[asyncio.Task[None]]" = attrs.field(factory=set)

    @board.default
    def _of_the_same_state(self) -> ServiceBoard:
        return ServiceBoard(self.registry.state)

    async def look(self, name: str) -> Service | None:
        """As it is now."""
        seen = await self._book.look(name)
        return self._shown(seen) if seen is not None else None

    def _shown(self, seen: Service) -> Service:
        local = self._services.get(seen.name)
        if local is None:
            return attrs.evolve(seen, ready=False, url=None)
        return attrs.evolve(seen, ready=local.ready, url=local.gateway.url, message=local.why)

    async def create(self, spec: ServiceSpec) -> Service:
        """Open its address; the function starts behind it.

        Raises:
            PortInUseError: Somebody else has the port.
        """
        async with self._writing:
            if await self._book.look(spec.name) is not None:
                message = f"{spec.name} exists"
                raise ConflictError(message)
            local = LocalService(self.registry, partial(self.listener, spec.name))
            await local.gateway.open(self.port)
            self.port = 0
            created = await self._book.create(spec)
            self._services[spec.name] = local
        local.serve(spec)
        self._show(created, local)
        return self._shown(created)

    async def patch(self, spec: ServiceSpec, expected: Key) -> Service:
        """Start the new revision; it takes over when it is ready."""
        async with self._writing:
            patched = await self._book.patch(spec, expected)
            local = self._services[spec.name]
            local.serve(spec)
        self._show(patched, local)
        return self._shown(patched)

    def _show(self, written: Service, local: LocalService) -> None:
        """Show it as it is now, and again when it serves what it was just told to."""
        self.board.post(self._shown(written))
        task = asyncio.create_task(self._show_settled(written, local))
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)

    async def _show_settled(self, written: Service, local: LocalService) -> None:
        await local.settled()
        seen = await self._book.look(written.name)
        if seen == written and self._services.get(written.name) is local:
            self.board.post(self._shown(written))

    async def delete(self, seen: Service) -> None:
        """Close its address, and end its function."""
        async with self._writing:
            await self._book.delete(seen)
            local = self._services.pop(seen.name, None)
            self.board.remove(seen.name)
        if local is not None:
            await local.close()

    async def bind(self, spec: ServiceSpec, owner: Service) -> None:
        """Note the Triggers."""
        await self._book.bind(spec, owner)

    async def prune(self, spec: ServiceSpec) -> None:
        """Forget the Triggers that are older and not wanted."""
        await self._book.prune(spec)

    def names(self) -> Sequence[str]:
        """Of all Services."""
        return list(self._services)

    def triggers(self, name: str) -> Mapping[str, Attributes]:
        """The filters of the Triggers that lead to the Service *name*."""
        return self._book.triggers(name)

    async def wait_ready(self, name: str) -> Service | None:
        """The Service, once it serves what it was last told to or will never do so."""
        local = self._services.get(name)
        if local is not None:
            await local.settled()
        return await self.look(name)

    async def close(self) -> None:
        """End all Services; the objects are gone as well."""
        async with self._writing:
            self._book = MemoryServiceDeployer()
            closing, self._services = self._services, {}
            for name in closing:
                self.board.remove(name)
        await asyncio.gather(*(local.close() for local in closing.values()), *self._showing)
