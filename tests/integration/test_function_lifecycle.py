"""A function from its start to its stop: figures, concurrency and draining."""

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest
from support.functions import LANGUAGES, Answer, FunctionProcess, binary_event, serving
from support.raw_http import abandon, raw_connection, raw_post

pytestmark = pytest.mark.parametrize("language", LANGUAGES)

# Waits for the file that the event names, and says when it has begun.
WAITING = {
    "nodejs": """
const fs = require('node:fs');
exports.handler = async (event, context) => {
  if (event.data === 'throw') throw new Error('asked for');
  context.logger.info('begun');
  while (event.data && !fs.existsSync(event.data)) await new Promise((r) => setTimeout(r, 5));
  return 'done';
};
""",
    "python": """
import asyncio, pathlib
async def handler(event, context):
    if event.data == "throw":
        raise ValueError("asked for")
    context.logger.info("begun")
    while event.data and not pathlib.Path(event.data).exists():
        await asyncio.sleep(0.005)
    return "done"
""",
    "go": """
package function

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"
)

func Handle(ctx context.Context, event map[string]any) (any, error) {
	gate, waits := event["data"].(string)
	if gate == "throw" {
		return nil, errors.New("asked for")
	}
	slog.InfoContext(ctx, "begun")
	for waits {
		if _, err := os.Stat(gate); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	return "done", nil
}
""",
}
# The same without a coroutine in Python, whose threads take the place of the event loop.
BLOCKING = {
    **WAITING,
    "python": """
import pathlib, time
def handler(event, context):
    context.logger.info("begun")
    while event.data and not pathlib.Path(event.data).exists():
        time.sleep(0.005)
    return "done"
""",
}


def is_begun(line: dict[str, object]) -> bool:
    return line["message"] == "begun"


async def send_waiting(function: FunctionProcess, gate: Path) -> "asyncio.Task[Answer]":
    """A request in flight: its handler has begun and ends once the gate exists."""
    task = asyncio.create_task(function.send(f'"{gate}"', binary_event()))
    await function.await_line(is_begun)
    return task


async def test_listening_is_logged_with_the_port(tmp_path: Path, language: str) -> None:
    with serving(tmp_path, language, WAITING[language]) as function:
        line = await function.await_line(lambda line: line["message"] == "listening")
        assert (line["level"], line["port"]) == ("info", function.port)
        assert line in function.log_lines("stdout")


@pytest.mark.parametrize("sources", [WAITING, BLOCKING], ids=["async", "plain"])
async def test_a_slow_request_does_not_hold_up_another(
    tmp_path: Path, language: str, sources: dict[str, str]
) -> None:
    gate = tmp_path / "gate"
    with serving(tmp_path, language, sources[language]) as function:
        slow = await send_waiting(function, gate)
        assert (await function.send("null", binary_event())).body == b"done"
        assert (await function.request("GET", "/healthz")).body == b"ok"
        assert not slow.done()
        gate.touch()
        assert (await slow).body == b"done"


async def test_a_blocking_handler_is_given_up_at_its_deadline(
    tmp_path: Path, language: str
) -> None:
    with serving(tmp_path, language, BLOCKING[language], timeout_seconds=0.2) as function:
        answer = await function.send(f'"{tmp_path / "never"}"', binary_event())
        assert answer.status == 504
        assert (await function.send("null", binary_event())).body == b"done"
        function.terminate()
        assert await function.await_exit() == 0


BOUNDS = (
    *(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    "+Inf",
)
HEADINGS = [
    "# HELP function_invocations_total Events received, by how they ended.",
    "# TYPE function_invocations_total counter",
    "# HELP function_duration_seconds Time from the call of the handler to its answer.",
    "# TYPE function_duration_seconds histogram",
    "# HELP function_in_flight Handler calls not yet answered.",
    "# TYPE function_in_flight gauge",
]


def figure(page: str, name: str) -> float:
    match = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    assert match, f"{name} is not on the page:\n{page}"
    return float(match[1])


async def test_the_metrics_count_each_outcome(tmp_path: Path, language: str) -> None:
    gate = tmp_path / "gate"
    with serving(tmp_path, language, WAITING[language], timeout_seconds=0.5) as function:
        for body, status in (("null", 200), ("null", 200), ('"throw"', 500), ("{", 400)):
            assert (await function.send(body, binary_event())).status == status
        assert (await function.send('"/absent"', binary_event())).status == 504
        answer = await function.request("GET", "/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        page = answer.body.decode()
        counts = {
            outcome: figure(page, f'function_invocations_total{{outcome="{outcome}"}}')
            for outcome in ("success", "error", "timeout", "invalid")
        }
        assert counts == {"success": 2, "error": 1, "timeout": 1, "invalid": 1}
        assert figure(page, "function_duration_seconds_count") == 4
        assert figure(page, "function_duration_seconds_sum") >= 0.5
        assert figure(page, "function_in_flight") == 0
        buckets = re.findall(r'^function_duration_seconds_bucket\{le="(\S+)"\} (\d+)$', page, re.M)
        assert [bucket for bucket, _ in buckets] == [str(bound) for bound in BOUNDS]
        assert re.findall(r"^# (?:HELP|TYPE) .*$", page, re.M) == HEADINGS
        assert [int(count) for _, count in buckets] == sorted(int(count) for _, count in buckets)
        assert int(buckets[-1][1]) == 4
        gate.touch()


async def test_a_call_in_flight_shows_in_the_metrics(tmp_path: Path, language: str) -> None:
    gate = tmp_path / "gate"
    with serving(tmp_path, language, WAITING[language]) as function:
        slow = await send_waiting(function, gate)
        page = (await function.request("GET", "/metrics")).body.decode()
        assert figure(page, "function_in_flight") == 1
        gate.touch()
        await slow


@pytest.mark.parametrize("sources", [WAITING, BLOCKING], ids=["async", "plain"])
async def test_a_stop_lets_the_request_in_flight_finish(
    tmp_path: Path, language: str, sources: dict[str, str]
) -> None:
    gate = tmp_path / "gate"
    with serving(tmp_path, language, sources[language]) as function:
        async with raw_connection(function.port) as idle, raw_connection(function.port) as busy:
            await idle.send(raw_post(b"null"))
            await idle.read_answer()
            await busy.send(raw_post(f'"{gate}"'.encode()))
            await await_begun(function, 2)
            function.terminate()
            assert await idle.read_to_end() == b""
            await refused(function.port)
            assert function.is_running
            gate.touch()
            answer = await busy.read_answer()
            assert (answer.status, answer.body) == (200, b"done")
            assert answer.headers["connection"].lower() == "close"
            assert await busy.read_to_end() == b""
        assert await function.await_exit() == 0


async def await_begun(function: FunctionProcess, count: int) -> None:
    """Until so many calls have begun."""

    def is_last(_: dict[str, object]) -> bool:
        return sum(map(is_begun, function.log_lines())) >= count

    await function.await_line(is_last)


async def test_a_stop_answers_a_request_whose_body_is_still_arriving(
    tmp_path: Path, language: str
) -> None:
    with serving(tmp_path, language, WAITING[language]) as function:
        async with raw_connection(function.port) as connection:
            head = raw_post(b"", "Content-Length: 4", "Expect: 100-continue", framed=False)
            await connection.send(head)
            assert (await connection.read_head())[0] == 100
            function.terminate()
            await refused(function.port)
            await connection.send(b"null")
            answer = await connection.read_answer()
            assert (answer.body, answer.headers["connection"].lower()) == (b"done", "close")
        assert await function.await_exit() == 0


async def test_a_stop_gives_up_what_has_no_answer_in_the_time_of_a_request(
    tmp_path: Path, language: str
) -> None:
    with serving(tmp_path, language, WAITING[language], timeout_seconds=0.5) as function:
        async with raw_connection(function.port) as connection:
            head = raw_post(b"", "Content-Length: 4", "Expect: 100-continue", framed=False)
            await connection.send(head)
            assert (await connection.read_head())[0] == 100
            function.terminate()
            assert await function.await_exit() == 1


async def refused(port: int) -> None:
    """Until nothing listens on the port."""
    async with asyncio.timeout(15):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:  # refused, or reset while still in the backlog
                return
            await abandon(writer)


async def test_a_stop_without_requests_ends_at_once(tmp_path: Path, language: str) -> None:
    with serving(tmp_path, language, WAITING[language]) as function:
        async with raw_connection(function.port):
            function.terminate()
            assert await function.await_exit() == 0


async def test_a_second_signal_ends_the_wait(tmp_path: Path, language: str) -> None:
    with serving(tmp_path, language, WAITING[language]) as function:
        slow = await send_waiting(function, tmp_path / "never")
        function.terminate()
        await refused(function.port)
        function.terminate()
        await function.await_exit()
        with pytest.raises(aiohttp.ClientError):
            await slow
