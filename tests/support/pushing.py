"""Histories of builds that push, so that there is an image to deploy."""

from collections.abc import Awaitable, Callable

from support.kubernetes.histories import RUNS_FOR_EVER, History
from support.kubernetes.lives import Life

from knative_lambda.adapters.kubernetes.job_manifest import IMAGE

Push = Callable[[str], Awaitable[None]]


def pushing(history: History, push: Push) -> History:
    """*history*, in which the image that its Job says is pushed before anybody can see it."""
    begun = len(RUNS_FOR_EVER)
    assert history[:begun] == RUNS_FOR_EVER

    async def change(life: Life) -> None:
        job = life.job()
        if job is not None:
            await push(job["metadata"]["annotations"][IMAGE])

    return (*history[:begun], (0.0, change), *history[begun:])
