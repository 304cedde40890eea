"""One call of a handler in Python: what it was given is let go when it is over."""

import asyncio
import gc
import weakref
from typing import Any

import pytest
from contracts.contract import eventually
from lambda_runtime.configuration import Configuration
from lambda_runtime.context import Context
from lambda_runtime.events import Event
from lambda_runtime.invocation import Function, Invocation
from lambda_runtime.metrics import Metrics
from lambda_runtime.responses import Response


class Data:
    """What an event carries: something that can be looked for."""


def configured(timeout_seconds: float) -> Configuration:
    return Configuration("acme", "orders", "1", "index.handler", timeout_seconds, "tests", ())


@pytest.mark.parametrize("timeout_seconds", [60.0, 1e-9], ids=["answered", "past its deadline"])
async def test_no_garbage_has_to_be_looked_for_until_the_event_of_a_call_is_gone(
    timeout_seconds: float,
) -> None:
    def handler(_event: Event, _context: Context) -> dict[str, Any]:
        return {}

    data, answered = Data(), asyncio.Event()
    gone = weakref.ref(data)
    configuration = configured(timeout_seconds)
    function = Function(configuration, handler, Metrics())

    def answer(_response: Response) -> None:
        answered.set()

    async def is_gone() -> bool:
        return gone() is None

    gc.disable()
    try:
        event = Event(id="1", source="tests", data=data)
        Invocation(function, event, Context(configuration, event, {}), answer).start()
        del event, data
        await answered.wait()
        await eventually(is_gone)
    finally:
        gc.enable()
