"""A thread is never left behind."""

import asyncio
import threading

import pytest

from knative_lambda.adapters.threads import in_thread


async def test_it_gives_what_the_work_gives() -> None:
    assert await in_thread(lambda: 1) == 1


async def test_it_raises_what_the_work_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)


async def test_cancelled_it_ends_when_its_thread_has_ended() -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait()
        done.set()

    task = asyncio.create_task(in_thread(work))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    waiting = asyncio.ensure_future(asyncio.wait({task}))
    assert not task.done()
    go.set()
    await waiting
    assert task.cancelled()
    assert done.is_set()
