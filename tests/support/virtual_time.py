"""An event loop that is a world of its own: its time passes when there is nothing else to do.

Whatever runs in it twice runs the same way: there is no clock, no kernel and no thread in it.
"""

import asyncio
import itertools
import selectors
import socket
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from support.memory_network import MemoryNetwork

T = TypeVar("T")


class _Impatient(selectors.SelectSelector):
    """Lets the time pass that it is told to wait: nothing ever comes from outside."""

    now: float = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits, and nothing will ever happen")
        self.now += max(0.0, timeout)
        return []


class _Task(asyncio.Task[T]):
    """One that lies in a set where its number has it, and not its address."""

    numbers = itertools.count()

    def __init__(self, *given: Any, **named: Any) -> None:
        self._number = next(self.numbers)
        super().__init__(*given, **named)

    def __hash__(self) -> int:
        return self._number


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)
        self._network = MemoryNetwork(self)
        self._called: dict[socket.socket, int] = {}
        _Task.numbers = itertools.count()
        self.set_task_factory(lambda loop, work, **named: _Task(work, loop=loop, **named))

    def time(self) -> float:
        return self._impatient.now

    async def create_server(self, protocol_factory: Any, _host: Any, port: int, **_: Any) -> Any:  # type: ignore[override]  # what is asked of a socket is asked of none
        return self._network.listen(protocol_factory, port)

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        self._network.reach(address[1])
        self._called[sock] = address[1]

    async def create_connection(  # type: ignore[override]  # by a socket alone
        self, protocol_factory: Any, *_: Any, sock: socket.socket, **__: Any
    ) -> Any:
        with sock:
            return self._network.connect(protocol_factory, self._called.pop(sock))

    def run_in_executor(  # type: ignore[override]  # no thread: how long one takes is chance
        self,
        executor: object,  # noqa: ARG002 - as it is called
        func: Callable[..., T],
        *args: Any,
    ) -> "asyncio.Future[T]":
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            done.set_exception(error)
        return done


def in_virtual_time(scenario: Coroutine[Any, Any, T]) -> T:
    """What *scenario* comes to, however long it sleeps."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(scenario)
