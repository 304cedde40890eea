"""The HTTP that a function speaks: its paths, its limits and what it refuses."""

import json
import time
from collections.abc import Iterator
from email.utils import formatdate, parsedate_to_datetime

import pytest
from support.functions import INTERPRETED, LANGUAGES, FunctionProcess, binary_event, serving
from support.raw_http import raw_connection, raw_post

SOURCES = {
    "nodejs": "exports.handler = (event) => ({ got: event.data });",
    "python": "def handler(event, context):\n    return {'got': event.data}\n",
    "go": """
package function

import "context"

func Handle(_ context.Context, event map[string]any) (any, error) {
	return map[string]any{"got": event["data"]}, nil
}
""",
}
STRUCTURED = {"content-type": "application/cloudevents+json"}
LIMIT = 10 * 1024 * 1024


@pytest.fixture(scope="module", params=LANGUAGES)
def function(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FunctionProcess]:
    folder = tmp_path_factory.mktemp(request.param)
    with serving(folder, request.param, SOURCES[request.param]) as process:
        yield process


async def test_health_is_answered_as_text(function: FunctionProcess) -> None:
    answer = await function.request("GET", "/healthz")
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_an_answer_is_dated_as_http_dates_are(function: FunctionProcess) -> None:
    before = int(time.time())
    date = (await function.request("GET", "/healthz")).headers["date"]
    second = int(parsedate_to_datetime(date).timestamp())
    assert date == formatdate(second, usegmt=True)
    assert before <= second <= time.time()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/", "POST"), ("PUT", "/", "POST"), ("POST", "/healthz", "GET")],
)
async def test_another_method_is_refused_with_the_one_allowed(
    function: FunctionProcess, method: str, path: str, allowed: str
) -> None:
    answer = await function.request(method, path)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_another_path_is_not_found(function: FunctionProcess) -> None:
    answer = await function.request("POST", "/other", "{}")
    assert (answer.status, answer.json["status"]) == (404, 404)


async def test_a_query_does_not_change_the_path(function: FunctionProcess) -> None:
    answer = await function.request("POST", "/?a=b", '"x"', binary_event())
    assert answer.json == {"got": "x"}


@pytest.mark.parametrize(
    ("headers", "body", "named"),
    [
        (binary_event(id=""), "{}", "id"),
        (binary_event(source=""), "{}", "source"),
        (binary_event(type=""), "{}", "type"),
        (binary_event(specversion=""), "{}", "specversion"),
        (binary_event(specversion="0.3"), "{}", "specversion"),
        (binary_event(), '{"a":', "JSON"),
        (binary_event(), b'"\xff"', ""),
        (binary_event(), "NaN", "JSON"),
        (binary_event(subject="%FF"), "{}", "subject"),
        (STRUCTURED, '{"specversion": "1.0"', "JSON"),
        (STRUCTURED, "[]", "object"),
        (STRUCTURED, '{"specversion": "1.0", "id": "1", "source": "s"}', "type"),
        (STRUCTURED, '{"specversion": "1.0", "id": 1, "source": "s", "type": "t"}', "id"),
        ({"content-type": "application/json"}, '{"a":', "JSON"),
        ({"content-type": "application/json"}, "", ""),
        ({"content-type": "text/plain"}, "", ""),
        ({}, "", ""),
        ({**binary_event(), "ce-not-a-name": "x"}, "{}", "name"),
        (
            STRUCTURED,
            '{"specversion": "1.0", "id": "1", "source": "s", "type": "t", "Ext": "x"}',
            "name",
        ),
    ],
)
async def test_malformed_input_is_refused_by_name(
    function: FunctionProcess, headers: dict[str, str], body: str | bytes, named: str
) -> None:
    answer = await function.send(body, headers)
    assert (answer.status, answer.json["status"]) == (400, 400)
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json["detail"]


@pytest.mark.parametrize("extra", [{"data_base64": "%%%"}, {"data": 1, "data_base64": "AA=="}])
async def test_bad_data_of_a_structured_event_is_refused(
    function: FunctionProcess, extra: dict[str, object]
) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", **extra}
    answer = await function.send(json.dumps(event), STRUCTURED)
    assert answer.status == 400
    assert "data_base64" in answer.json["detail"]


async def test_a_body_is_never_logged(function: FunctionProcess) -> None:
    for body, status in (('"sensitive"', 200), ('{"sensitive": oops', 400)):
        assert (await function.send(body, binary_event())).status == status
    assert "sensitive" not in function.output("stdout") + function.output("stderr")


async def test_a_batch_is_refused(function: FunctionProcess) -> None:
    headers = {"content-type": "application/cloudevents-batch+json"}
    answer = await function.send("[]", headers)
    assert answer.status == 415
    assert "single" in answer.json["detail"]


async def test_a_body_at_the_limit_is_taken(function: FunctionProcess) -> None:
    body = b'"' + b"a" * (LIMIT - 2) + b'"'
    answer = await function.send(body, binary_event())
    assert (answer.status, len(answer.body)) == (200, LIMIT + len(b'{"got":}'))


async def test_a_client_that_sends_all_of_a_long_body_first_sees_it_refused(
    function: FunctionProcess,
) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(raw_post(b"1" * (LIMIT + 1)))
        answer = await connection.read_answer()
    assert (answer.status, answer.json["status"]) == (413, 413)


async def test_a_body_over_the_limit_is_refused_before_it_is_sent(
    function: FunctionProcess,
) -> None:
    async with raw_connection(function.port) as connection:
        head = raw_post(b"", f"Content-Length: {LIMIT + 1}", "Expect: 100-continue", framed=False)
        await connection.send(head)
        answer = await connection.read_answer()
    assert answer.status == 413


async def test_a_chunked_body_over_the_limit_is_refused(function: FunctionProcess) -> None:
    chunk = b"%x\r\n" % (1024 * 1024) + b"1" * (1024 * 1024) + b"\r\n"
    async with raw_connection(function.port) as connection:
        await connection.send(raw_post(b"", "Transfer-Encoding: chunked", framed=False))
        for _ in range(10):
            await connection.send(chunk)
        await connection.send(b"1\r\n1\r\n")
        answer = await connection.read_answer()
    assert answer.status == 413


async def test_a_chunked_body_is_read(function: FunctionProcess) -> None:
    body = b'3;name="v"\r\n"ab\r\n002\r\nc"\r\n0\r\nTrailer: x\r\n\r\n'
    async with raw_connection(function.port) as connection:
        await connection.send(raw_post(b"", "Transfer-Encoding: chunked", framed=False) + body)
        assert (await connection.read_answer()).json == {"got": "abc"}
        await connection.send(raw_post(b"1"))
        assert (await connection.read_answer()).json == {"got": 1}


@pytest.mark.parametrize("framing", ["Content-Length: 5", "Transfer-Encoding: chunked"])
async def test_a_request_is_read_byte_by_byte(function: FunctionProcess, framing: str) -> None:
    body = b'5\r\n"abc"\r\n0\r\n\r\n' if "chunked" in framing else b'"abc"'
    async with raw_connection(function.port) as connection:
        for byte in raw_post(b"", framing, framed=False) + body:
            await connection.send(bytes([byte]))
        assert (await connection.read_answer()).json == {"got": "abc"}


async def test_a_connection_is_kept_for_the_next_request(function: FunctionProcess) -> None:
    async with raw_connection(function.port) as connection:
        for number in range(3):
            await connection.send(raw_post(str(number).encode()))
            assert (await connection.read_answer()).json == {"got": number}


async def test_pipelined_requests_are_answered_in_order(function: FunctionProcess) -> None:
    health = b"GET /healthz HTTP/1.1\r\nHost: function\r\n\r\n"
    async with raw_connection(function.port) as connection:
        await connection.send(b"".join(raw_post(b"%d" % n) + health for n in range(20)))
        for number in range(20):
            assert (await connection.read_answer()).json == {"got": number}
            assert (await connection.read_answer()).body == b"ok"


async def test_a_client_that_waits_is_told_to_continue(function: FunctionProcess) -> None:
    async with raw_connection(function.port) as connection:
        head = raw_post(b"", "Content-Length: 1", "Expect: 100-continue", framed=False)
        await connection.send(head)
        assert (await connection.read_head())[0] == 100
        await connection.send(b"7")
        assert (await connection.read_answer()).json == {"got": 7}


@pytest.mark.parametrize("header", ["Connection: close", "connection: Close"])
async def test_a_connection_is_closed_when_asked(function: FunctionProcess, header: str) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(raw_post(b"1", header))
        answer = await connection.read_answer()
        assert (answer.status, answer.headers["connection"].lower()) == (200, "close")
        assert await connection.read_to_end() == b""


async def test_http_1_0_is_answered_and_closed(function: FunctionProcess) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert (await connection.read_answer()).body == b"ok"
        assert await connection.read_to_end() == b""


async def test_a_head_answer_has_no_body(function: FunctionProcess) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(b"HEAD /other HTTP/1.1\r\nHost: f\r\n\r\n" + raw_post(b"1"))
        assert (await connection.read_head())[0] == 404
        assert (await connection.read_answer()).json == {"got": 1}


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: f\r\nbad header: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: f\r\nno-colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: f\r\nx: a\x00b\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n1",
        raw_post(b"", "Content-Length: -1", framed=False),
        raw_post(b"", "Content-Length: 1", "Content-Length: 2", framed=False),
        raw_post(b"", "Transfer-Encoding: chunked", framed=False) + b"zz\r\n",
        raw_post(b"", "Transfer-Encoding: chunked", framed=False) + b"1\r\n123\r\n",
    ],
)
async def test_what_is_no_http_is_refused_and_closed(
    function: FunctionProcess, sent: bytes
) -> None:
    await _is_refused_and_closed(function, sent)


# Go's own server reads the chunks and leaves out the length, as HTTP allows.
@pytest.mark.parametrize("function", INTERPRETED, indirect=True)
async def test_a_body_of_two_lengths_is_refused_and_closed(function: FunctionProcess) -> None:
    both = raw_post(b"", "Content-Length: 3", "Transfer-Encoding: chunked", framed=False)
    await _is_refused_and_closed(function, both)


async def _is_refused_and_closed(function: FunctionProcess, sent: bytes) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(sent)
        answer = await connection.read_to_end()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert (await function.request("GET", "/healthz")).status == 200


async def test_a_head_that_is_too_long_is_refused(function: FunctionProcess) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(raw_post(b"", "x: " + "a" * 70_000))
        assert (await connection.read_head())[0] == 431


@pytest.mark.parametrize(
    "half",
    [b"", b"POST / HT", raw_post(b"1")[:-3], raw_post(b"", "Content-Length: 9", framed=False)],
)
async def test_a_client_that_leaves_halfway_harms_nobody(
    function: FunctionProcess, half: bytes
) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(half)
    assert (await function.send("1", binary_event())).json == {"got": 1}


async def test_a_client_that_only_listens_on_gets_its_answer(function: FunctionProcess) -> None:
    async with raw_connection(function.port) as connection:
        await connection.send(raw_post(b"1"))
        connection.send_eof()
        assert (await connection.read_answer()).json == {"got": 1}
        assert await connection.read_to_end() == b""
