"""What a handler is given and what its return value becomes, the same in each language."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.functions import (
    LANGUAGES,
    FunctionProcess,
    binary_event,
    serving,
)

# Answers with what it was given; the type picks what it returns where the answer is the point.
SOURCES = {
    "nodejs": """
const cycle = {}; cycle.self = cycle;
const results = {
  object: { a: [1, 'é', null] }, list: [1, 2], number: 7.5, boolean: false, text: 'grüße',
  bytes: Buffer.from([0, 255]), view: new Uint8Array([1, 2]), nothing: undefined, unsendable: cycle,
};
exports.handler = async (event) => {
  if (event.type === 'result') return results[event.data];
  const { data, ...attributes } = event;
  return { attributes, data: Buffer.isBuffer(data) ? { hex: data.toString('hex') } : data };
};
""",
    "python": """
cycle = {}
cycle["self"] = cycle
results = {
    "object": {"a": [1, "é", None]}, "list": [1, 2], "number": 7.5, "boolean": False,
    "text": "grüße", "bytes": bytes([0, 255]), "view": memoryview(bytes([1, 2])),
    "nothing": None, "unsendable": cycle,
}
def handler(event, context):
    if event.type == "result":
        return results[event.data]
    attributes = {name: value for name, value in event.items() if name != "data"}
    data = {"hex": event.data.hex()} if isinstance(event.data, bytes) else event.data
    return {"attributes": attributes, "data": data}
""",
    "go": """
package function

import (
	"context"
	"encoding/hex"
)

var results = map[any]any{
	"object": map[string]any{"a": []any{1, "é", nil}}, "list": []int{1, 2}, "number": 7.5,
	"boolean": false, "text": "grüße", "bytes": []byte{0, 255}, "view": []byte{1, 2},
	"nothing": nil, "unsendable": func() {},
}

func Handle(_ context.Context, event map[string]any) (any, error) {
	if event["type"] == "result" {
		return results[event["data"]], nil
	}
	data := event["data"]
	if bytes, ok := data.([]byte); ok {
		data = map[string]any{"hex": hex.EncodeToString(bytes)}
	}
	delete(event, "data")
	return map[string]any{"attributes": event, "data": data}, nil
}
""",
}
STRUCTURED = {"content-type": "application/cloudevents+json; charset=utf-8"}


@pytest.fixture(scope="module", params=LANGUAGES)
def function(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FunctionProcess]:
    folder = tmp_path_factory.mktemp(request.param)
    with serving(folder, request.param, SOURCES[request.param]) as process:
        yield process


def structured(**members: Any) -> str:
    given = {"specversion": "1.0", "id": "e-1", "source": "urn:test", "type": "test.event"}
    return json.dumps({**given, **members})


async def test_a_binary_event_arrives_with_its_attributes_and_json_data(
    function: FunctionProcess,
) -> None:
    headers = binary_event(subject="s", time="2026-01-02T03:04:05Z", myextension="x")
    seen = (await function.send('{"n": [1, "é"]}', headers)).json
    assert seen["data"] == {"n": [1, "é"]}
    assert seen["attributes"] == {
        "specversion": "1.0",
        "id": "e-1",
        "source": "urn:test",
        "type": "test.event",
        "subject": "s",
        "time": "2026-01-02T03:04:05Z",
        "datacontenttype": "application/json",
        "myextension": "x",
    }


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("application/vnd.x+json", b'{"a": 1}', {"a": 1}),
        ("Application/JSON; charset=utf-8", b"[null]", [None]),
        ("text/plain", "grüße".encode(), "grüße"),
        ("text/csv; charset=iso-8859-1", "é".encode("latin-1"), "é"),
        ("application/octet-stream", b"\x00\xff", {"hex": "00ff"}),
        (None, b"\x01", {"hex": "01"}),
    ],
)
async def test_binary_data_is_decoded_as_its_content_type_says(
    function: FunctionProcess, content_type: str | None, body: bytes, data: object
) -> None:
    answer = await function.send(body, binary_event(content_type))
    assert answer.json["data"] == data


async def test_an_event_without_data_has_none(function: FunctionProcess) -> None:
    answer = await function.send(b"", binary_event(None))
    assert answer.status == 200
    assert answer.json.get("data") is None


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Euro%20%E2%82%AC", "Euro €"),
        ("%E2%82%AC%20%F0%9F%98%80", "€ 😀"),
        ("100%2525", "100%25"),
        ("a%22b", 'a"b'),
        ("%61bc", "abc"),
        ("a+b", "a+b"),
        ('"quoted \\"value\\""', 'quoted "value"'),
    ],
)
async def test_attributes_are_percent_decoded_once(
    function: FunctionProcess, sent: str, read: str
) -> None:
    answer = await function.send("1", binary_event(subject=sent))
    assert answer.json["attributes"]["subject"] == read


@pytest.mark.parametrize(
    ("members", "data"),
    [
        ({"data": {"a": 1}}, {"a": 1}),
        ({"data": "text", "datacontenttype": "application/json"}, "text"),
        ({"data": "text", "datacontenttype": "text/plain"}, "text"),
        ({"data_base64": base64.b64encode(b"\x00\xff").decode()}, {"hex": "00ff"}),
        ({}, None),
    ],
)
async def test_a_structured_event_arrives_with_its_data(
    function: FunctionProcess, members: dict[str, Any], data: object
) -> None:
    seen = (await function.send(structured(subject="é", ext=3, **members), STRUCTURED)).json
    assert seen.get("data") == data
    assert "data_base64" not in seen["attributes"]
    assert seen["attributes"]["subject"] == "é"
    assert seen["attributes"]["ext"] == 3


async def test_plain_json_becomes_a_request_event(function: FunctionProcess) -> None:
    headers = {"content-type": "application/json"}
    seen = [(await function.send('{"a": 1}', headers)).json for _ in range(2)]
    attributes = seen[0]["attributes"]
    assert seen[0]["data"] == {"a": 1}
    assert attributes["type"] == "network.notifi.lambda.request"
    assert attributes["source"] == "urn:http:request"
    assert attributes["id"]
    assert attributes["time"].endswith("Z")
    assert attributes["specversion"] == "1.0"
    assert attributes["datacontenttype"] == "application/json"
    assert attributes["id"] != seen[1]["attributes"]["id"]


@pytest.mark.parametrize(
    ("result", "content_type", "body"),
    [
        ("object", "application/json", {"a": [1, "é", None]}),
        ("list", "application/json", [1, 2]),
        ("number", "application/json", 7.5),
        ("boolean", "application/json", False),
        ("text", "text/plain; charset=utf-8", "grüße".encode()),
        ("bytes", "application/octet-stream", b"\x00\xff"),
        ("view", "application/octet-stream", b"\x01\x02"),
    ],
)
async def test_a_returned_value_is_the_answers_body(
    function: FunctionProcess, result: str, content_type: str, body: object
) -> None:
    answer = await function.send(json.dumps(result), binary_event(type="result"))
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert (answer.json if content_type == "application/json" else answer.body) == body
    assert not [name for name in answer.headers if name.lower().startswith("ce-")]


async def test_returning_nothing_is_answered_without_content(function: FunctionProcess) -> None:
    answer = await function.send('"nothing"', binary_event(type="result"))
    assert (answer.status, answer.body) == (204, b"")


async def test_a_value_that_cannot_be_sent_is_a_problem(function: FunctionProcess) -> None:
    answer = await function.send('"unsendable"', binary_event(type="result", id="e-cycle"))
    assert (answer.status, answer.json["instance"]) == (500, "e-cycle")
    assert answer.headers["content-type"] == "application/problem+json"
    await function.await_line(
        lambda line: line["level"] == "error" and line.get("event_id") == "e-cycle"
    )


async def test_an_unknown_charset_is_refused(function: FunctionProcess) -> None:
    answer = await function.send("x", binary_event("text/plain; charset=klingon"))
    assert (answer.status, answer.json["status"]) == (415, 415)


async def test_a_refused_request_is_logged_with_its_status(function: FunctionProcess) -> None:
    await function.send("[]", {"content-type": "application/cloudevents-batch+json"})
    line = await function.await_line(lambda line: line.get("status") == 415)
    assert line["level"] == "warn"
    assert line["detail"]
