"""An event loop whose time passes when there is nothing else to do."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_REAL = 0.05  # seconds between two looks at what comes from outside


class _Impatient(selectors.SelectSelector):
    """Lets the time pass that it is told to wait, unless something from outside is on its way."""

    now: float = 0.0

    def __init__(self, outside: Callable[[], bool]) -> None:
        super().__init__()
        self._outside = outside

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        while not found and timeout != 0 and self._outside():
            found = super().select(_REAL)
        if not found:
            if timeout is None:
                raise RuntimeError("everything waits, and nothing will ever happen")
            self.now += max(0.0, timeout)
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, outside: Callable[[], bool]) -> None:
        self._impatient = _Impatient(outside)
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.now

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


def in_virtual_time(
    scenario: Coroutine[Any, Any, T], outside: Callable[[], bool] = lambda: False
) -> T:
    """What *scenario* comes to, however long it sleeps.

    Args:
        scenario: What runs.
        outside: Whether something is on its way from another process, which real time is given.
    """
    with asyncio.Runner(loop_factory=lambda: _Loop(outside)) as runner:
        return runner.run(scenario)
