"""Threads for plain `def` handlers."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

_LIMIT = 64


class Workers:
    """Grows to 64 threads as calls overlap; more calls wait their turn.

    The threads are daemons: a handler that ran past its deadline and never ends
    would otherwise keep the process from exiting.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._started = 0

    def submit(self, call: Callable[[], object]) -> None:
        """Only from the event loop's thread; the call must not raise."""
        self._calls.put(call)
        if not self._idle.acquire(blocking=False) and self._started < _LIMIT:
            self._started += 1
            threading.Thread(target=self._work, name="handler", daemon=True).start()

    def _work(self) -> None:
        while True:
            self._calls.get()()
            self._idle.release()
