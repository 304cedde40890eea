"""Any port, with something done around each of its calls."""

import inspect
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, TypeVar, cast

import attrs

Port = TypeVar("Port")
Operation = Callable[..., Awaitable[Any]]
# In place of an operation, which it is told the name of: awaits that one, or does not.
Around = Callable[[str, Operation], Operation]


def wrapped(name: str, port: Port, around: Around, methods: frozenset[str] | None = None) -> Port:
    """*port*, whose calls are named `{name}.{method}` and have something *around* them.

    A context manager's call ends when it is entered. Where there are *methods*, no other has.
    """
    return cast(Port, Wrapped(name, port, around, methods))


@attrs.define(slots=False, eq=False)
class Wrapped:
    """What `wrapped` gives.

    Attributes:
        inner: The port itself.
    """

    _name: str
    inner: Any
    _around: Around
    _methods: frozenset[str] | None

    def __getattr__(self, method: str) -> Any:
        target = getattr(self.inner, method)
        among = self._methods is None or method in self._methods
        if inspect.iscoroutinefunction(target):
            # Kept, since what kind of function it is takes longer to ask than most steps cost.
            kept = self._around(f"{self._name}.{method}", target) if among else target
            self.__dict__[method] = kept
            return kept
        if among and method == "fetch":
            call = f"{self._name}.{method}"
            return lambda *given, **named: _Entered(call, target(*given, **named), self._around)
        return target


@attrs.frozen
class _Entered(AbstractAsyncContextManager[Any]):
    """A context that is entered with something around that; what goes wrong later is its own."""

    _call: str
    _context: AbstractAsyncContextManager[Any]
    _around: Around

    async def __aenter__(self) -> Any:
        inside: list[Any] = []

        async def enter() -> None:
            inside.append(await self._context.__aenter__())

        try:
            await self._around(self._call, enter)()
        except BaseException as error:
            if inside:  # whoever asked for it does not hear that it was entered
                await self._context.__aexit__(type(error), error, error.__traceback__)
            raise
        return inside[0]

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._context.__aexit__(kind, error, traceback)
