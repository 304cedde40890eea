"""Steps on their way to a collector: in batches, sent by a thread of their own."""

import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Final, Self

import attrs

from knative_lambda.adapters.tracing.step import Step

_PATIENCE: Final = 5.0  # seconds, at the end

_log = logging.getLogger(__name__)


@attrs.define(eq=False)
class Batches:
    """Sent when one is full, and after each pause; of a full queue, new steps are dropped.

    Attributes:
        send: Sends a batch; takes as long as it must.
        pause: Seconds that a step waits at most for others.
        most: Steps that may wait.
        size: Steps of a full batch.
    """

    send: Callable[[Sequence[Step]], object]
    pause: float
    most: int
    size: int
    _waiting: deque[Step] = attrs.field(factory=deque, init=False)
    _due: Event = attrs.field(factory=Event, init=False)
    _closed: bool = attrs.field(default=False, init=False)
    _thread: Thread = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._thread = Thread(target=self._run, name="traces", daemon=True)
        self._thread.start()

    @classmethod
    def from_env(cls, send: Callable[[Sequence[Step]], object]) -> Self:
        """As OpenTelemetry's variables for batches say."""
        most, size = _count("MAX_QUEUE_SIZE", 2048), _count("MAX_EXPORT_BATCH_SIZE", 512)
        return cls(send, _count("SCHEDULE_DELAY", 5000) / 1000, most, min(size, most))

    def take(self, step: Step) -> None:
        """Send *step* some time; costs next to nothing, and never waits."""
        waiting = self._waiting
        if len(waiting) < self.most:
            waiting.append(step)
            if len(waiting) == self.size:
                self._due.set()

    def close(self) -> None:
        """Send what waits, within seconds, and nothing after that."""
        self._closed = True
        self._due.set()
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        while not self._closed:
            full = self._due.wait(self.pause)
            self._due.clear()
            self._send_while(self.size if full else 1)
        self._send_while(1)

    def _send_while(self, least: int) -> None:
        waiting = self._waiting
        while len(waiting) >= least:
            batch = [waiting.popleft() for _ in range(min(self.size, len(waiting)))]
            try:
                self.send(batch)
            except Exception:  # noqa: BLE001 - the next batch is another one
                _log.exception("a batch of %d steps was not sent", len(batch))


def _count(name: str, usual: int) -> int:
    """The variable of that *name*; the *usual* where it is none, or no count."""
    text = os.environ.get(f"OTEL_BSP_{name}", "")
    return int(text) if text.isdecimal() and int(text) else usual
