"""Any port, with something done around each of its calls."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, Protocol, TypeVar, cast

import attrs

Port = TypeVar("Port")


class Around(Protocol):
    """Awaits the operation that *call* names, with what is given to it, or does not."""

    async def __call__(
        self, call: str, operation: Callable[..., Awaitable[Any]], *given: Any, **named: Any
    ) -> Any:
        """What the operation gives, or what is said to come of it."""
        ...


def wrapped(name: str, port: Port, around: Around) -> Port:
    """*port*, whose calls are named `{name}.{method}` and go by way of *around*.

    A context manager's call ends when it is entered.
    """
    return cast(Port, _Wrapped(name, port, around))


@attrs.define(slots=False, eq=False)
class _Wrapped:
    _name: str
    _port: Any
    _around: Around

    def __getattr__(self, method: str) -> Any:
        target = getattr(self._port, method)
        call = f"{self._name}.{method}"
        if inspect.iscoroutinefunction(target):
            # Kept, since what kind of function it is takes longer to ask than most steps cost.
            kept = partial(self._around, call, target)
            self.__dict__[method] = kept
            return kept
        if method == "fetch":
            return lambda request: self._fetch(call, target(request))
        return target

    @asynccontextmanager
    async def _fetch(
        self, call: str, source: AbstractAsyncContextManager[Any]
    ) -> AsyncIterator[Any]:
        entered: list[Any] = []

        async def enter() -> None:
            entered.append(await source.__aenter__())

        try:
            await self._around(call, enter)
            yield entered[0]
        finally:
            if entered:
                await source.__aexit__(None, None, None)
