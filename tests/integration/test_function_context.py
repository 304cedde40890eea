"""What a handler is told beside its event: its ids, deadline, trace and logger."""

import json
from collections.abc import Iterator

import pytest
from support.functions import (
    BUILD_ID,
    LANGUAGES,
    PARSER_ID,
    THIRD_PARTY_ID,
    FunctionProcess,
    binary_event,
    serving,
)

# Answers with its context.
SOURCES = {
    "nodejs": """
exports.handler = async (event, context) => {
  context.logger.warn('hello', { colour: 'red' });
  return {
    ids: [context.thirdPartyId, context.parserId, context.buildId],
    trace: [context.traceparent, context.tracestate],
    left: context.remainingMs() / 1000, deadline: context.deadline / 1000, now: Date.now() / 1000,
  };
};
""",
    "python": """
import time
def handler(event, context):
    context.logger.warn("hello", {"colour": "red"})
    return {
        "ids": [context.third_party_id, context.parser_id, context.build_id],
        "trace": [context.traceparent, context.tracestate],
        "left": context.remaining(), "deadline": context.deadline, "now": time.time(),
    }
""",
    "go": """
package function

import (
	"context"
	"log/slog"
	"time"
)

func values(ctx context.Context, names ...string) (found []any) {
	for _, name := range names {
		found = append(found, ctx.Value(name))
	}
	return found
}

func Handle(ctx context.Context, _ any) (any, error) {
	slog.WarnContext(ctx, "hello", "colour", "red")
	deadline, _ := ctx.Deadline()
	seconds := func(at time.Time) float64 { return float64(at.UnixMicro()) / 1e6 }
	return map[string]any{
		"ids":   values(ctx, "third_party_id", "parser_id", "build_id"),
		"trace": values(ctx, "traceparent", "tracestate"),
		"left":  time.Until(deadline).Seconds(), "deadline": seconds(deadline),
		"now": seconds(time.Now()),
	}, nil
}
""",
}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(scope="module", params=LANGUAGES)
def function(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FunctionProcess]:
    folder = tmp_path_factory.mktemp(request.param)
    with serving(folder, request.param, SOURCES[request.param]) as process:
        yield process


async def test_the_context_knows_the_function_and_the_time_left(function: FunctionProcess) -> None:
    seen = (await function.send("{}", binary_event())).json
    assert seen["ids"] == [THIRD_PARTY_ID, PARSER_ID, BUILD_ID]
    assert 0 < seen["left"] <= 30
    assert 0 < seen["deadline"] - seen["now"] <= 30


@pytest.mark.parametrize("prefix", ["ce-", ""])
async def test_the_context_has_the_trace(function: FunctionProcess, prefix: str) -> None:
    trace = {f"{prefix}traceparent": TRACE, f"{prefix}tracestate": "a=b"}
    seen = (await function.send("{}", {**binary_event(), **trace})).json
    assert seen["trace"] == [TRACE, "a=b"]


async def test_a_tracestate_without_its_traceparent_is_none(function: FunctionProcess) -> None:
    headers = {**binary_event(traceparent=TRACE), "tracestate": "a=b"}
    seen = (await function.send("{}", headers)).json
    assert seen["trace"][0] == TRACE
    assert not seen["trace"][1]


async def test_the_trace_of_a_structured_event_is_in_the_context(
    function: FunctionProcess,
) -> None:
    event = json.dumps(
        {
            "specversion": "1.0",
            "id": "e-1",
            "source": "urn:test",
            "type": "test.event",
            "traceparent": TRACE,
            "tracestate": "a=b",
        }
    )
    seen = (
        await function.send(
            event, {"content-type": "application/cloudevents+json", "traceparent": "another"}
        )
    ).json
    assert seen["trace"] == [TRACE, "a=b"]


async def test_a_logged_line_names_event_and_trace(function: FunctionProcess) -> None:
    headers = binary_event(id="e-log", traceparent=TRACE)
    await function.send("{}", headers)
    line = await function.await_line(lambda line: line.get("event_id") == "e-log")
    assert (line["level"], line["message"], line["colour"]) == ("warn", "hello", "red")
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert line["time"]
    assert line in function.log_lines("stdout")
