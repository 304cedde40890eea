"""Any port, with something done around each of its calls."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, Protocol, TypeVar, cast

import attrs

Port = TypeVar("Port")
Enter = Callable[[], Awaitable[None]]


class Around(Protocol):
    """Awaits the operation that *call* names, with what is given to it, or does not."""

    async def __call__(
        self, call: str, operation: Callable[..., Awaitable[Any]], *given: Any, **named: Any
    ) -> Any:
        """What the operation gives, or what is said to come of it."""
        ...


def wrapped(name: str, port: Port, around: Around, methods: frozenset[str] | None = None) -> Port:
    """*port*, whose calls are named `{name}.{method}` and go by way of *around*.

    A context manager's call ends when it is entered. Where there are *methods*, no other does.
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
        if self._methods is not None and method not in self._methods:
            return target
        call = f"{self._name}.{method}"
        if inspect.iscoroutinefunction(target):
            # Kept, since what kind of function it is takes longer to ask than most steps cost.
            kept = partial(self._around, call, target)
            self.__dict__[method] = kept
            return kept
        if method == "fetch":
            around = partial(self._around, call)
            return lambda *given, **named: _entered(target(*given, **named), around)
        return target


@asynccontextmanager
async def _entered(
    context: AbstractAsyncContextManager[Any], around: Callable[[Enter], Awaitable[Any]]
) -> AsyncIterator[Any]:
    """*context*, entered by way of *around*; it is told of what goes wrong after that."""
    inside: list[Any] = []

    async def enter() -> None:
        inside.append(await context.__aenter__())

    try:
        await around(enter)
        yield inside[0]
    except BaseException as error:
        if not (inside and await context.__aexit__(type(error), error, error.__traceback__)):
            raise
    else:
        await context.__aexit__(None, None, None)
