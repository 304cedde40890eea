"""Tasks of a process: beside its main one, and until their ends."""

import asyncio
from contextlib import suppress

import pytest

from knative_lambda.entrypoints import tasks
from knative_lambda.entrypoints.tasks import beside, ended


async def test_all_end_with_the_main_one() -> None:
    heard = asyncio.Event()

    async def other() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            heard.set()

    await beside(asyncio.sleep(0), other())
    assert heard.is_set()


async def test_if_another_fails_all_fail() -> None:
    async def other() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await beside(asyncio.Event().wait(), other())


async def test_a_cancellation_that_is_not_heard_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "_HEARD", 0.001)
    cancelled = 0

    async def deaf() -> None:
        nonlocal cancelled
        while cancelled < 3:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            cancelled += 1

    task = asyncio.ensure_future(deaf())
    await asyncio.sleep(0)
    await ended(task)
    assert task.done()
    assert cancelled == 3


async def test_nothing_is_left_to_end() -> None:
    await ended()
