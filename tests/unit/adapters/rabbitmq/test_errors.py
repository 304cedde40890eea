"""What the client raises, and what becomes of it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from knative_lambda.adapters.rabbitmq.errors import connecting, publishing
from knative_lambda.domain.errors import TransientError


def test_what_the_client_gives_up_without_a_word_may_be_sent_again() -> None:
    # So it ends what waits on a channel that is closed: aiormq's FutureStore.reject_all.
    told = "acknowledging: the connection was closed"
    with pytest.raises(TransientError, match=told), publishing("acknowledging"):
        raise Exception  # noqa: TRY002 - as the client does


def test_a_bug_stays_what_it_is() -> None:
    with pytest.raises(LookupError), publishing("acknowledging"):
        raise LookupError


WAYS = pytest.mark.parametrize(
    "way",
    [lambda: connecting("amqp://broker.test"), lambda: publishing("acknowledging")],
    ids=["connecting", "publishing"],
)


@WAYS
async def test_what_the_client_cancels_of_its_own_ends_nobody_else(
    way: Callable[[], AbstractContextManager[None]],
) -> None:
    # So it ends what opens a channel on a connection that is lost just then.
    task = asyncio.create_task(asyncio.sleep(3600))
    task.cancel()
    with pytest.raises(TransientError, match="the connection was lost"), way():
        await task


@WAYS
async def test_who_is_cancelled_is_cancelled(
    way: Callable[[], AbstractContextManager[None]],
) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        with way():
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
