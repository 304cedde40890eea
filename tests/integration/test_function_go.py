"""What concerns functions in Go alone: types of events, contexts, goroutines and what compiles."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest
from support import go
from support.functions import binary_event, prepare, serving
from support.raw_http import raw_connection, raw_post

EXAMPLE = Path(__file__).parents[2] / "examples" / "hello-go"
TYPED = """
package function

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"runtime"
)

type Event struct {
	ID          string
	Type        string
	MyExtension string
	Data        struct {
		Name  string
		Count int64
		Raw   []byte
	}
}

type Reply struct {
	SpecVersion string `json:"specversion"`
	Type        string `json:"type"`
	Serial      int64  `json:"serial"`
	Data        any    `json:"data"`
}

func Handle(ctx context.Context, event Event) (any, error) {
	switch event.Data.Name {
	case "reply":
		return Reply{"1.0", "order.made", event.Data.Count, []int64{event.Data.Count}}, nil
	case "mention":
		return map[string]any{"about": "specversion"}, nil
	case "goexit":
		runtime.Goexit()
	case "nil":
		return (*Reply)(nil), nil
	case "log":
		log.Print("a plain line")
		logger := slog.With("event_id", "not this", "colour", "red")
		logger.InfoContext(ctx, "a line of a logger", "event_id", "nor this")
	case "wrapped":
		return nil, errors.Join(errors.New("first"), errors.New("second"))
	}
	return event, nil
}
"""
BYTES = """
package function

import "context"

type Event struct{ Data []byte }

func Handle(_ context.Context, event Event) (any, error) { return event.Data, nil }
"""


async def test_an_event_fills_the_type_that_the_function_takes(tmp_path: Path) -> None:
    with serving(tmp_path, "go", TYPED) as function:
        body = json.dumps({"name": "n", "count": 2**62 + 1, "raw": "AP8="})
        seen = (await function.send(body, binary_event(myextension="x"))).json
    assert (seen["ID"], seen["Type"], seen["MyExtension"]) == ("e-1", "test.event", "x")
    assert seen["Data"] == {"Name": "n", "Count": 2**62 + 1, "Raw": "AP8="}


async def test_an_event_that_does_not_fit_the_type_is_refused_by_the_fields_name(
    tmp_path: Path,
) -> None:
    with serving(tmp_path, "go", TYPED) as function:
        answer = await function.send('{"name": "n", "count": "sensitive"}', binary_event())
        assert (answer.status, answer.json["instance"]) == (400, "e-1")
        assert "data.count must be of the type int64" in answer.json["detail"].lower()
        page = (await function.request("GET", "/metrics")).body.decode()
        assert 'function_invocations_total{outcome="invalid"} 1' in page
        line = await function.await_line(lambda line: line.get("event_id") == "e-1")
        assert line["level"] == "warn"
        assert "sensitive" not in function.output("stderr") + answer.body.decode()


async def test_bytes_arrive_in_a_type_as_they_were_sent(tmp_path: Path) -> None:
    with serving(tmp_path, "go", BYTES) as function:
        answer = await function.send(b"\x00\xff", binary_event("application/octet-stream"))
        assert answer.body == b"\x00\xff"


async def test_a_type_with_a_specversion_is_a_reply(tmp_path: Path) -> None:
    with serving(tmp_path, "go", TYPED) as function:
        body = json.dumps({"name": "reply", "count": 2**62 + 1})
        answer = await function.send(body, binary_event())
        assert answer.headers["ce-type"] == "order.made"
        assert answer.headers["ce-serial"] == str(2**62 + 1)
        assert answer.json == [2**62 + 1]
        answer = await function.send('{"name": "mention"}', binary_event())
        assert answer.json == {"about": "specversion"}
        assert "ce-type" not in answer.headers


async def test_a_handler_that_ends_its_goroutine_is_a_failure(tmp_path: Path) -> None:
    with serving(tmp_path, "go", TYPED) as function:
        answer = await function.send('{"name": "goexit"}', binary_event())
        assert answer.status == 500
        await function.await_line(lambda line: "ended its goroutine" in str(line))


async def test_an_error_is_logged_in_one_line(tmp_path: Path) -> None:
    with serving(tmp_path, "go", TYPED) as function:
        assert (await function.send('{"name": "wrapped"}', binary_event())).status == 500
        line = await function.await_line(lambda line: line["level"] == "error")
    assert line["error"] == "first\nsecond"


async def test_the_standard_loggers_write_the_lines_of_the_function(tmp_path: Path) -> None:
    with serving(tmp_path, "go", TYPED) as function:
        await function.send('{"name": "log"}', binary_event(id="e-log"))
        plain = await function.await_line(lambda line: line["message"] == "a plain line")
        told = await function.await_line(lambda line: line["message"] == "a line of a logger")
    assert plain["level"] == "info"
    assert "event_id" not in plain
    assert (told["event_id"], told["colour"]) == ("e-log", "red")


async def test_a_client_that_leaves_does_not_end_the_handling_of_its_event(
    tmp_path: Path,
) -> None:
    source = """
package function

import (
	"context"
	"log/slog"
	"os"
	"time"
)

func Handle(ctx context.Context, event map[string]any) (any, error) {
	slog.InfoContext(ctx, "begun")
	for {
		if _, err := os.Stat(event["data"].(string)); err == nil {
			slog.InfoContext(ctx, "done", "error", ctx.Err())
			return nil, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}
"""
    gate = tmp_path / "gate"
    with serving(tmp_path, "go", source) as function:
        async with raw_connection(function.port) as connection:
            await connection.send(raw_post(f'"{gate}"'.encode()))
            await function.await_line(lambda line: line["message"] == "begun")
        gate.touch()
        line = await function.await_line(lambda line: line["message"] == "done")
    assert line["error"] is None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("package function\n", "undefined: function.Handle"),
        ("package function\nfunc Handle() {}\n", "func() of function.Handle does not match"),
        ("package main\nfunc Handle() {}\nfunc main() {}\n", "is a program, not an importable"),
        ('package function\nimport _ "code.test/absent"\n', "code.test/absent"),
    ],
    ids=["no Handle", "another signature", "a program", "a module that is not required"],
)
def test_what_cannot_be_served_does_not_compile_and_says_why(
    tmp_path: Path, source: str, said: str
) -> None:
    with pytest.raises(AssertionError) as refused:
        prepare(tmp_path, "go", source)
    assert said in str(refused.value)


async def test_the_example_greets_and_passes_its_own_tests(tmp_path: Path) -> None:
    files = {file.name: file.read_text() for file in EXAMPLE.iterdir()}
    with serving(tmp_path, "go", files) as function:
        answer = await function.send('{"name": "Ada"}', binary_event())
    assert answer.headers["ce-type"] == "com.example.greeting"
    assert answer.json["greeting"] == "Hello, Ada, from Go"
    variables = {**go.environment(), "GOWORK": "off"}
    for words in (["gofmt", "-l", "."], ["go", "vet", "./..."], ["go", "test", "./..."]):
        command = await asyncio.create_subprocess_exec(*words, cwd=EXAMPLE, env=variables)
        assert await command.wait() == 0


def test_the_wrapper_is_formatted_vetted_and_needs_no_module(tmp_path: Path) -> None:
    prepare(tmp_path, "go", BYTES + "// vetted\n")
    runtime = tmp_path / "runtime"
    assert "require" not in (runtime / "go.mod").read_text()
    for words in (["gofmt", "-l", "."], ["go", "vet", "./..."]):
        ended = subprocess.run(
            words, cwd=runtime, env=go.environment(), capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
