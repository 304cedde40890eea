"""What waits for a collector is sent in batches, in its order, and no more waits than may."""

from collections.abc import Callable, Sequence
from queue import Queue
from threading import Event

import pytest

from knative_lambda.adapters.tracing.batches import Batches
from knative_lambda.adapters.tracing.step import INTERNAL, Step, Trace

LONG = 60.0  # seconds; no test waits for it
SOON = 0.01


def step(name: str) -> Step:
    return Step(name, INTERNAL, Trace("0" * 32, kept=True), "", lambda _: None)


class Taker:
    """Notes the names of each batch; held up, it is still at its first."""

    def __init__(self, *, held_up: bool = False) -> None:
        self.batches: Queue[list[str]] = Queue()
        self.began, self.may_end = Event(), Event()
        if not held_up:
            self.may_end.set()

    def send(self, steps: Sequence[Step]) -> None:
        self.began.set()
        self.may_end.wait(LONG)
        self.batches.put([one.name for one in steps])


def test_a_full_batch_is_sent_at_once() -> None:
    taker = Taker()
    batches = Batches(taker.send, LONG, 10, 2)
    for name in "abc":
        batches.take(step(name))

    assert taker.batches.get(timeout=LONG) == ["a", "b"]
    batches.close()
    assert taker.batches.get_nowait() == ["c"]


def test_what_is_not_full_is_sent_after_a_pause() -> None:
    taker = Taker()
    batches = Batches(taker.send, SOON, 10, 5)
    batches.take(step("a"))

    assert taker.batches.get(timeout=LONG) == ["a"]
    batches.close()


def test_of_a_full_queue_new_steps_are_dropped() -> None:
    taker = Taker(held_up=True)
    batches = Batches(taker.send, LONG, 2, 1)
    batches.take(step("a"))
    taker.began.wait(LONG)
    for name in "bcd":
        batches.take(step(name))
    taker.may_end.set()
    batches.close()

    assert [taker.batches.get_nowait() for _ in range(taker.batches.qsize())] == [
        ["a"],
        ["b"],
        ["c"],
    ]


def test_a_batch_that_cannot_be_sent_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[str] = []

    def send(steps: Sequence[Step]) -> None:
        if steps[0].name == "a":
            raise KeyError
        sent.extend(one.name for one in steps)

    batches = Batches(send, LONG, 10, 1)
    batches.take(step("a"))
    batches.take(step("b"))
    batches.close()

    assert sent == ["b"]
    assert "a batch of 1 steps was not sent" in caplog.text


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, (5.0, 2048, 512)),
        ({"SCHEDULE_DELAY": "100", "MAX_QUEUE_SIZE": "9"}, (0.1, 9, 9)),
        ({"MAX_EXPORT_BATCH_SIZE": "7", "MAX_QUEUE_SIZE": "none"}, (5.0, 2048, 7)),
        ({"MAX_EXPORT_BATCH_SIZE": "0"}, (5.0, 2048, 512)),
    ],
)
def test_the_variables_of_opentelemetry_hold(
    variables: dict[str, str],
    expected: tuple[float, int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"OTEL_BSP_{name}", value)
    sent: list[Step] = []
    noted: Callable[[Sequence[Step]], None] = sent.extend
    batches = Batches.from_env(noted)
    batches.close()

    assert (batches.pause, batches.most, batches.size) == expected
