"""A handler's CloudEvent replies: what is filled in, what is sent and what is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.functions import (
    LANGUAGES,
    PARSER_ID,
    SOURCE,
    Answer,
    FunctionProcess,
    binary_event,
    serving,
)

# The event's data says what to return: [type, data, attributes] for context.reply, or an event.
SOURCES = {
    "nodejs": """
exports.handler = (event, context) => {
  if (!Array.isArray(event.data)) return event.data;
  const [type, data, attributes] = event.data;
  if (data === 'bytes') return context.reply(type, Buffer.from([0, 255]));
  if (attributes === undefined) return context.reply(type, data);
  return context.reply(type, data, attributes);
};
""",
    "python": """
def handler(event, context):
    if not isinstance(event.data, list):
        return event.data
    if event.data[1] == "bytes":
        return context.reply(event.data[0], bytes([0, 255]))
    return context.reply(*event.data)
""",
    "go": """
package function

import "context"

func Handle(_ context.Context, event map[string]any) (any, error) {
	list, isList := event["data"].([]any)
	if !isList {
		return event["data"], nil
	}
	reply := map[string]any{}
	if len(list) > 2 {
		reply = list[2].(map[string]any)
	}
	reply["specversion"], reply["type"], reply["data"] = "1.0", list[0], list[1]
	if list[1] == "bytes" {
		reply["data"] = []byte{0, 255}
	}
	return reply, nil
}
""",
}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER_TRACE = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01"
TRIGGERS = [
    {"type": "loop.type"},
    {"type": "loop.both", "source": "urn:loop"},
    {"type": "loop.filled", "source": SOURCE, "subject": PARSER_ID},
]


@pytest.fixture(scope="module", params=LANGUAGES)
def function(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FunctionProcess]:
    folder = tmp_path_factory.mktemp(request.param)
    source = SOURCES[request.param]
    with serving(folder, request.param, source, triggers=TRIGGERS) as process:
        yield process


async def reply_of(function: FunctionProcess, returned: Any, **attributes: str) -> Answer:
    return await function.send(json.dumps(returned), binary_event(**attributes))


async def test_a_reply_is_sent_in_binary_mode(function: FunctionProcess) -> None:
    answer = await reply_of(function, ["order.made", {"a": 1}])
    assert (answer.status, answer.json) == (200, {"a": 1})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["ce-specversion"] == "1.0"
    assert answer.headers["ce-type"] == "order.made"


async def test_missing_attributes_of_a_reply_are_filled_in(function: FunctionProcess) -> None:
    headers = (await reply_of(function, ["order.made", {}])).headers
    assert headers["ce-source"] == SOURCE
    assert headers["ce-subject"] == PARSER_ID
    assert headers["ce-id"]
    assert headers["ce-time"].endswith("Z")


async def test_given_attributes_of_a_reply_are_kept(function: FunctionProcess) -> None:
    given = {
        "id": "mine",
        "source": "urn:mine",
        "subject": "s",
        "time": "2026-01-02T03:04:05Z",
        "extension": "x",
        "count": 3,
        "flag": True,
    }
    headers = (await reply_of(function, ["order.made", {}, given])).headers
    sent = {name: headers[f"ce-{name}"] for name in given}
    assert sent == {**given, "count": "3", "flag": "true"}


async def test_a_reply_continues_the_trace_of_its_event(function: FunctionProcess) -> None:
    trace = {"traceparent": TRACE, "tracestate": "a=b,c=d"}
    headers = (await reply_of(function, ["order.made", {}], **trace)).headers
    assert (headers["ce-traceparent"], headers["ce-tracestate"]) == (TRACE, "a=b,c=d")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"traceparent": OTHER_TRACE}, {"ce-traceparent": OTHER_TRACE}),
        (
            {"traceparent": OTHER_TRACE, "tracestate": "z=y"},
            {"ce-traceparent": OTHER_TRACE, "ce-tracestate": "z=y"},
        ),
    ],
)
async def test_a_reply_may_name_a_trace_of_its_own(
    function: FunctionProcess, given: dict[str, str], sent: dict[str, str]
) -> None:
    trace = {"traceparent": TRACE, "tracestate": "a=b"}
    headers = (await reply_of(function, ["order.made", {}, given], **trace)).headers
    found = {name.lower(): value for name, value in headers.items() if "trace" in name.lower()}
    assert found == sent


@pytest.mark.parametrize("trace", ["", "another", TRACE.upper(), f"{TRACE}-00"])
async def test_a_trace_that_is_none_is_not_continued(function: FunctionProcess, trace: str) -> None:
    headers = (await reply_of(function, ["order.made", {}], traceparent=trace)).headers
    assert "ce-traceparent" not in headers


async def test_a_redelivered_event_gets_the_same_reply_id(function: FunctionProcess) -> None:
    first, again = [await reply_of(function, ["order.made", {}]) for _ in range(2)]
    assert first.headers["ce-id"] == again.headers["ce-id"]


@pytest.mark.parametrize("change", [{"id": "e-2"}, {"source": "urn:other"}])
async def test_another_event_gets_another_reply_id(
    function: FunctionProcess, change: dict[str, str]
) -> None:
    first = await reply_of(function, ["order.made", {}])
    other = await reply_of(function, ["order.made", {}], **change)
    assert first.headers["ce-id"] != other.headers["ce-id"]


async def test_a_reply_of_another_type_has_another_id(function: FunctionProcess) -> None:
    first = await reply_of(function, ["order.made", {}])
    other = await reply_of(function, ["order.lost", {}])
    assert first.headers["ce-id"] != other.headers["ce-id"]


async def test_a_replys_id_is_the_same_in_each_language_and_release(
    function: FunctionProcess,
) -> None:
    answer = await reply_of(function, ["order.made", {}], id="%C3%A9", source="urn:test")
    assert answer.headers["ce-id"] == "2fa716c24538aa3b871c97a7bf617814"


async def test_an_object_with_a_specversion_is_a_reply(function: FunctionProcess) -> None:
    returned = {"specversion": "1.0", "type": "order.made", "data": [1]}
    answer = await reply_of(function, returned)
    assert (answer.headers["ce-type"], answer.json) == ("order.made", [1])


@pytest.mark.parametrize(
    ("data", "attributes", "content_type", "body"),
    [
        ("grüße", {}, "text/plain; charset=utf-8", "grüße".encode()),
        ("<a/>", {"datacontenttype": "application/xml"}, "application/xml", b"<a/>"),
        ("s", {"datacontenttype": "application/json"}, "application/json", b'"s"'),
        ("bytes", {}, "application/octet-stream", b"\x00\xff"),
    ],
)
async def test_the_data_of_a_reply_has_its_content_type(
    function: FunctionProcess, data: str, attributes: dict[str, str], content_type: str, body: bytes
) -> None:
    answer = await reply_of(function, ["order.made", data, attributes])
    assert (answer.headers["content-type"], answer.body) == (content_type, body)


async def test_a_reply_of_base64_data_is_sent_as_bytes(function: FunctionProcess) -> None:
    returned = {"specversion": "1.0", "type": "order.made", "data_base64": "AP8="}
    answer = await reply_of(function, returned)
    assert answer.body == b"\x00\xff"
    assert "ce-data_base64" not in answer.headers


async def test_a_reply_without_data_has_an_empty_body(function: FunctionProcess) -> None:
    answer = await reply_of(function, ["order.made", None])
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    ("value", "header"),
    [('Euro € "50%"', "Euro%20%E2%82%AC%20%2250%25%22"), ("a\r\nx: y", "a%0D%0Ax:%20y")],
)
async def test_attributes_of_a_reply_are_percent_encoded(
    function: FunctionProcess, value: str, header: str
) -> None:
    answer = await reply_of(function, ["order.made", {}, {"subject": value}])
    assert answer.headers["ce-subject"] == header


@pytest.mark.parametrize(
    "returned",
    [
        {"specversion": "1.0", "data": {}},
        {"specversion": "1.0", "type": "", "data": {}},
        {"specversion": "0.3", "type": "order.made"},
        ["order.made", {}, {"Bad-Name": "x"}],
        ["order.made", {}, {"nested": {"a": 1}}],
        ["order.made", {}, {"datacontenttype": "a/b\r\nx: y"}],
    ],
)
async def test_an_invalid_reply_is_a_problem(function: FunctionProcess, returned: Any) -> None:
    answer = await reply_of(function, returned, id="e-invalid")
    assert (answer.status, answer.json["status"], answer.json["instance"]) == (
        500,
        500,
        "e-invalid",
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ce-type" not in answer.headers
    await function.await_line(
        lambda line: line["level"] == "error" and line.get("event_id") == "e-invalid"
    )


@pytest.mark.parametrize(
    "returned",
    [
        ["loop.type", {}],
        ["loop.both", {}, {"source": "urn:loop"}],
        ["loop.filled", {}],
        {"specversion": "1.0", "type": "loop.type", "source": "urn:any"},
    ],
)
async def test_a_reply_that_would_come_back_is_refused(
    function: FunctionProcess, returned: Any
) -> None:
    answer = await reply_of(function, returned, id="e-loop")
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "reply loop" in answer.json["detail"]
    assert "ce-type" not in answer.headers
    await function.await_line(lambda line: "reply loop" in json.dumps(line))


@pytest.mark.parametrize(
    "returned",
    [
        ["loop.both", {}],
        ["loop.filled", {}, {"subject": "another"}],
    ],
)
async def test_a_reply_that_a_trigger_selects_in_part_is_sent(
    function: FunctionProcess, returned: Any
) -> None:
    assert (await reply_of(function, returned)).status == 200
