"""A handler that fails or hangs."""

import json
from collections.abc import Iterator

import pytest
from support.functions import (
    INTERPRETED,
    LANGUAGES,
    FunctionProcess,
    binary_event,
    serving,
)

SOURCES = {
    "nodejs": """
exports.handler = async (event, context) => {
  if (event.data === 'throw') throw new Error('the secret word');
  if (event.data === 'throw a string') throw 'the secret word';
  if (event.data === 'empty') {
    for (const name of Object.keys(event)) delete event[name];
    throw new Error('emptied');
  }
  if (event.data === 'hang') await new Promise(() => {});
  if (event.data === 'late failure') {
    await new Promise((resolve) => setTimeout(resolve, context.remainingMs() + 50));
    throw new Error('too late');
  }
  if (event.data === 'background') { Promise.reject(new Error('background trouble')); return 'ok'; }
  if (event.data === 'background exit') {
    setTimeout(() => { throw new Error('background exit'); }, 0);
  }
  return 'ok';
};
""",
    "python": """
import asyncio, sys
tasks = []
async def trouble():
    raise RuntimeError("background trouble")
async def leave():
    sys.exit("background exit")
async def handler(event, context):
    if event.data == "throw":
        raise ValueError("the secret word")
    if event.data == "throw a string":
        sys.exit("the secret word")
    if event.data == "empty":
        event.clear()
        raise ValueError("emptied")
    if event.data == "hang":
        await asyncio.Event().wait()
    if event.data == "late failure":
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("too late")
    if event.data == "background":
        asyncio.create_task(trouble())
    if event.data == "background exit":
        tasks.append(asyncio.create_task(leave()))
    return "ok"
""",
    "go": """
package function

import (
	"context"
	"errors"
)

func Handle(ctx context.Context, event map[string]any) (any, error) {
	switch event["data"] {
	case "throw":
		panic("the secret word")
	case "throw a string":
		return nil, errors.New("the secret word")
	case "empty":
		clear(event)
		return nil, errors.New("emptied")
	case "hang":
		select {}
	case "late failure":
		<-ctx.Done()
		return nil, errors.New("too late")
	}
	return "ok", nil
}
""",
}


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(scope="module", params=LANGUAGES)
def function(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FunctionProcess]:
    folder = tmp_path_factory.mktemp(request.param)
    source = SOURCES[request.param]
    with serving(folder, request.param, source, timeout_seconds=0.3) as process:
        yield process


@pytest.mark.parametrize("failure", ["throw", "throw a string"])
async def test_a_throw_is_a_problem_that_keeps_the_message(
    function: FunctionProcess, failure: str
) -> None:
    answer = await function.send(json.dumps(failure), binary_event(id="e-throw"))
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert (problem["type"], problem["status"]) == ("about:blank", 500)
    assert problem["title"]
    assert problem["instance"] == "e-throw"
    assert "e-throw" in problem["detail"]
    assert b"secret" not in answer.body
    assert (await function.send('"fine"', binary_event())).body == b"ok"


async def test_a_throw_is_logged_with_its_stack(function: FunctionProcess) -> None:
    await function.send('"throw"', binary_event(id="e-stack"))
    line = await function.await_line(lambda line: line.get("event_id") == "e-stack")
    assert line["level"] == "error"
    assert "the secret word" in json.dumps(line)
    assert "index." in line["stack"]


@pytest.mark.parametrize("failure", ["throw", "hang"])
async def test_a_failure_is_logged_with_its_trace(function: FunctionProcess, failure: str) -> None:
    event_id = f"e-trace-{failure}"
    await function.send(json.dumps(failure), binary_event(id=event_id, traceparent=TRACE))
    line = await function.await_line(lambda line: line.get("event_id") == event_id)
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert line["span_id"] == "b7ad6b7169203331"


async def test_a_handler_that_empties_its_event_is_answered(function: FunctionProcess) -> None:
    answer = await function.send('"empty"', binary_event(id="e-empty"))
    assert (answer.status, answer.json["instance"]) == (500, "e-empty")


async def test_the_deadline_is_answered_while_the_handler_hangs(function: FunctionProcess) -> None:
    answer = await function.send('"hang"', binary_event(id="e-hang"))
    assert answer.status == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json["status"], answer.json["instance"]) == (504, "e-hang")
    line = await function.await_line(lambda line: line.get("event_id") == "e-hang")
    assert line["level"] == "error"


async def test_a_failure_after_the_deadline_is_logged(function: FunctionProcess) -> None:
    answer = await function.send('"late failure"', binary_event(id="e-late"))
    assert answer.status == 504
    await function.await_line(lambda line: "too late" in json.dumps(line))
    assert (await function.send('"fine"', binary_event())).status == 200


# A panic in a goroutine of its own ends any program in Go.
@pytest.mark.parametrize("function", INTERPRETED, indirect=True)
@pytest.mark.parametrize("failure", ["background", "background exit"])
async def test_a_background_failure_is_logged_and_survived(
    function: FunctionProcess, failure: str
) -> None:
    assert (await function.send(json.dumps(failure), binary_event())).body == b"ok"
    await function.await_line(lambda line: line["level"] == "error" and "background" in str(line))
    assert (await function.send('"fine"', binary_event())).body == b"ok"
    assert function.is_running
