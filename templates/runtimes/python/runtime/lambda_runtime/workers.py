"""Threads for plain `def` handlers."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

_LIMIT = 64


class Call:
    """One run of a handler, which waits for a thread until that has begun it."""

    __slots__ = ("begun", "over", "run")

    def __init__(self, run: Callable[[], object]) -> None:
        self.run = run
        self.begun = False
        self.over = False


class Workers:
    """Grows to 64 threads as calls overlap; more calls wait their turn.

    A thread whose call was given up counts no more, and ends with that call: what never ends must
    not keep the others waiting. The threads are daemons: it would otherwise keep the process from
    exiting, too.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call] = SimpleQueue()
        self._lock = threading.Lock()  # of what follows, and of the calls' states
        self._open = 0  # calls that are neither ended nor given up
        self._threads = 0  # those that count

    def submit(self, run: Callable[[], object]) -> Call:
        """Only from the event loop's thread; *run* must not raise."""
        call = Call(run)
        with self._lock:
            self._open += 1
        self._calls.put(call)
        self._grow()
        return call

    def give_up(self, call: Call) -> None:
        """Only from the event loop's thread. What has not begun is never run."""
        if self._end(call) and call.begun:
            self._threads -= 1
            self._grow()

    def _grow(self) -> None:
        if self._threads < min(self._open, _LIMIT):
            try:
                threading.Thread(target=self._work, name="handler", daemon=True).start()
            except RuntimeError:
                return  # none can be had: the call waits for one of those that are there
            self._threads += 1

    def _work(self) -> None:
        while True:
            call = self._calls.get()
            if self._begin(call):
                call.run()
                if not self._end(call):
                    return  # it was given up, and this thread has been replaced
            del call  # or its event would stay in memory until the next one comes

    def _begin(self, call: Call) -> bool:
        with self._lock:
            call.begun = not call.over
            return call.begun

    def _end(self, call: Call) -> bool:
        """Whether it is over only now."""
        with self._lock:
            if call.over:
                return False
            call.over = True
            self._open -= 1
            return True
