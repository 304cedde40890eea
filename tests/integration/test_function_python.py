"""What concerns functions in Python alone: names, paths, threads and the event object."""

import asyncio
from pathlib import Path

import pytest
from support.functions import binary_event, prepare, serving, started


async def test_the_event_is_read_by_key_and_by_attribute(tmp_path: Path) -> None:
    source = """
def handler(event, context):
    try:
        event.absent
    except AttributeError as error:
        return [event["id"] == event.id, event["data"] == event.data, str(error)]
"""
    with serving(tmp_path, "python", source) as function:
        same_id, same_data, message = (await function.send("1", binary_event())).json
    assert same_id
    assert same_data
    assert "'absent'" in message
    assert "specversion" in message


async def test_the_tenants_own_module_comes_before_a_dependency(tmp_path: Path) -> None:
    files = {
        "index.py": "import both\ndef handler(event, context): return both.PLACE",
        "both.py": "PLACE = 'function'",
        "../dependencies/both.py": "PLACE = 'dependencies'",
    }
    with serving(tmp_path, "python", files) as function:
        assert (await function.send("1", binary_event())).body == b"function"


@pytest.mark.parametrize("module", ["queue", "json"])
async def test_a_module_named_like_one_of_pythons_is_explained(tmp_path: Path, module: str) -> None:
    files = {f"{module}.py": "def handler(event, context): ..."}
    prepare(tmp_path, "python", files, handler=f"{module}.handler")
    with started(tmp_path, "python") as process:
        assert await process.await_exit() == 1
        message = process.log_lines("stderr")[0]["message"]
    assert f"function/{module}.py" in message
    assert "rename" in message


async def test_a_context_variable_does_not_reach_the_next_call(tmp_path: Path) -> None:
    source = """
import contextvars
seen = contextvars.ContextVar("seen", default="nothing")
def handler(event, context):
    before = seen.get()
    seen.set(event.data)
    return before
"""
    with serving(tmp_path, "python", source) as function:
        for _ in range(3):
            assert (await function.send('"a"', binary_event())).body == b"nothing"


async def test_a_handler_may_be_an_object_with_an_async_call(tmp_path: Path) -> None:
    source = """
class Handler:
    async def __call__(self, event, context):
        return "called"
handler = Handler()
"""
    with serving(tmp_path, "python", source) as function:
        assert (await function.send("1", binary_event())).body == b"called"


async def test_a_failing_thread_is_logged(tmp_path: Path) -> None:
    source = """
import threading
def fail():
    raise RuntimeError("thread trouble")
def handler(event, context):
    threading.Thread(target=fail).start()
"""
    with serving(tmp_path, "python", source) as function:
        assert (await function.send("1", binary_event())).status == 204
        line = await function.await_line(lambda line: "thread trouble" in str(line))
    assert line["level"] == "error"


async def test_an_async_handler_is_cancelled_at_its_deadline(tmp_path: Path) -> None:
    source = """
import asyncio
async def handler(event, context):
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        context.logger.info("cancelled")
        raise
"""
    with serving(tmp_path, "python", source, timeout_seconds=0.1) as function:
        assert (await function.send("1", binary_event())).status == 504
        await function.await_line(lambda line: line["message"] == "cancelled")


async def test_a_coroutine_that_blocked_past_its_deadline_is_a_timeout(tmp_path: Path) -> None:
    source = """
import time
async def handler(event, context):
    while context.remaining() > 0:
        time.sleep(0.01)
    return "late"
"""
    with serving(tmp_path, "python", source, timeout_seconds=0.1) as function:
        assert (await function.send("1", binary_event())).status == 504


async def test_calls_that_never_end_keep_no_other_waiting(tmp_path: Path) -> None:
    source = """
import threading
def handler(event, context):
    if event.data == "hang":
        threading.Event().wait()
    return "done"
"""
    with serving(tmp_path, "python", source, timeout_seconds=1) as function:
        hanging = [function.send('"hang"', binary_event()) for _ in range(64)]
        assert {answer.status for answer in await asyncio.gather(*hanging)} == {504}
        assert (await function.send("1", binary_event())).body == b"done"
