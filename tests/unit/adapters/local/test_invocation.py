"""The event a function is called with: made from a file, or a greeting."""

import json
from pathlib import Path

import pytest

from knative_lambda.adapters.local.invocation import EventFileError, Reply, event_for
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.intake import CONSUMED
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

FUNCTION = FunctionId("acme", "hello")


def written(place: Path, value: object) -> Path:
    """A file with *value* in JSON."""
    file = place / "event.json"
    file.write_text(json.dumps(value), "utf-8")
    return file


def test_without_a_file_it_is_a_greeting_for_the_function() -> None:
    event = event_for(FUNCTION, None)
    assert event["data"] == {"name": "world"}
    assert (event["source"], event["subject"]) == ("network.notifi.acme", "hello")
    assert event["type"] == "network.notifi.lambda.parser.start"
    assert event["type"] not in CONSUMED


def test_it_is_an_event_that_the_wire_takes() -> None:
    event = event_for(FUNCTION, None)
    read = wire.decode(Message(json.dumps(event).encode(), wire.STRUCTURED))
    assert (read.id, read.type, read.data) == (event["id"], event["type"], event["data"])
    assert read.time is not None


def test_each_event_is_one_of_its_own() -> None:
    assert event_for(FUNCTION, None)["id"] != event_for(FUNCTION, None)["id"]


@pytest.mark.parametrize("data", [{"name": "Ada"}, [1, 2], "text", None, 0, {"größe": "☃"}])
def test_what_is_no_event_is_the_data_of_one(tmp_path: Path, data: object) -> None:
    event = event_for(FUNCTION, written(tmp_path, data))
    assert event["data"] == data
    assert event["specversion"] == "1.0"


def test_an_event_is_sent_as_it_is_and_only_completed(tmp_path: Path) -> None:
    given = {"specversion": "1.0", "id": "7", "type": "com.example.order", "data": {"n": 1}}
    event = event_for(FUNCTION, written(tmp_path, given))
    assert {name: event[name] for name in given} == given
    assert event["source"] == "network.notifi.acme"


def test_an_event_without_data_gets_none(tmp_path: Path) -> None:
    assert "data" not in event_for(FUNCTION, written(tmp_path, {"specversion": "1.0"}))


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    with pytest.raises(EventFileError) as caught:
        event_for(FUNCTION, file)
    assert str(caught.value) == f"{file}: cannot be read: No such file or directory"


def test_a_folder_is_no_event_file(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="cannot be read: Is a directory"):
        event_for(FUNCTION, tmp_path)


@pytest.mark.parametrize("content", [b"", b"{name: world}", b"\xff\xfe\xff", b'{"a": 1} more'])
def test_what_is_not_json_is_refused_and_the_form_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(content)
    with pytest.raises(EventFileError) as caught:
        event_for(FUNCTION, file)
    assert str(caught.value).startswith(f"{file}: must be JSON: an event, or its data: ")


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (
            Reply(200, "application/json", "com.example.greeting", "{}"),
            "200 com.example.greeting {}",
        ),
        (Reply(400, "application/problem+json", None, "{}"), "400 application/problem+json {}"),
        (Reply(204, "application/octet-stream", None, ""), "204 application/octet-stream"),
    ],
)
def test_a_reply_reads_as_status_kind_and_body(reply: Reply, shown: str) -> None:
    assert str(reply) == shown
