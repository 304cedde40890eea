"""Threads of plain handlers in Python: what hangs in one keeps nobody else waiting."""

import threading
from collections.abc import Callable, Iterator
from queue import Queue

import pytest
from lambda_runtime.workers import Call, Workers

LIMIT = 64  # threads that count
PATIENCE = 15.0  # seconds


class Hanging:
    """Calls that go on until they are let go."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.let_go = threading.Event()
        self.threads: Queue[threading.Thread] = Queue()  # that run one

    def submit(self, count: int) -> list[Call]:
        """So many of them; all have begun."""
        calls = [self.workers.submit(self._hang) for _ in range(count)]
        self.began = [self.threads.get(timeout=PATIENCE) for _ in range(count)]
        return calls

    def _hang(self) -> None:
        self.threads.put(threading.current_thread())
        self.let_go.wait()


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def hanging(workers: Workers) -> Iterator[Hanging]:
    made = Hanging(workers)
    yield made
    made.let_go.set()


def ran(workers: Workers) -> threading.Thread:
    """Which thread ran a call that waits for nothing."""
    threads: Queue[threading.Thread] = Queue()
    workers.submit(noting(threads))
    return threads.get(timeout=PATIENCE)


def noting(threads: Queue[threading.Thread]) -> Callable[[], None]:
    return lambda: threads.put(threading.current_thread())


def test_a_call_waits_while_as_many_run_as_may(workers: Workers, hanging: Hanging) -> None:
    hanging.submit(LIMIT)
    threads: Queue[threading.Thread] = Queue()
    call = workers.submit(noting(threads))
    assert not call.begun
    hanging.let_go.set()
    assert threads.get(timeout=PATIENCE) in hanging.began


def test_calls_that_were_given_up_make_room_for_others(workers: Workers, hanging: Hanging) -> None:
    for _ in range(2):
        for call in hanging.submit(LIMIT):
            workers.give_up(call)
    assert ran(workers) not in hanging.began


def test_a_call_that_waits_begins_when_another_is_given_up(
    workers: Workers, hanging: Hanging
) -> None:
    first, *_ = hanging.submit(LIMIT)
    threads: Queue[threading.Thread] = Queue()
    workers.submit(noting(threads))
    workers.give_up(first)
    assert threads.get(timeout=PATIENCE) not in hanging.began


def test_the_thread_of_a_call_that_was_given_up_ends_with_it(
    workers: Workers, hanging: Hanging
) -> None:
    (call,) = hanging.submit(1)
    (thread,) = hanging.began
    workers.give_up(call)
    hanging.let_go.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_what_was_given_up_while_it_waited_is_never_run(workers: Workers, hanging: Hanging) -> None:
    hanging.submit(LIMIT - 1)
    freed = Hanging(workers)
    freed.submit(1)
    run: Queue[str] = Queue()
    waiting = workers.submit(lambda: run.put("what was given up"))
    workers.submit(lambda: run.put("what came after"))
    workers.give_up(waiting)
    freed.let_go.set()
    assert run.get(timeout=PATIENCE) == "what came after"


def test_a_call_for_which_no_thread_can_be_had_waits_for_one_that_is_there(
    workers: Workers, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging.submit(1)

    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    threads: Queue[threading.Thread] = Queue()
    given_up = workers.submit(noting(threads))
    workers.give_up(given_up)
    workers.submit(noting(threads))
    hanging.let_go.set()
    assert threads.get(timeout=PATIENCE) is hanging.began[0]
    assert threads.empty()
    assert not given_up.begun
