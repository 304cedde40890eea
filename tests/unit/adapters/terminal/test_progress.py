"""The same is told to people as lines and to programs as JSON."""

import io
import json

from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.adapters.terminal.progress import JsonLines, Prose
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

STARTED = CloudEvent(
    id="1.started",
    source="network.notifi.acme",
    type=f"{PREFIX}build.started",
    subject="größer",
    time=1_800_000_000_000_000_000,
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    extensions={"buildid": "1"},
    data={"job_name": "build-1"},
)


def test_people_read_a_line_for_each_event() -> None:
    out = io.StringIO()
    Prose(Narrator(out)).event(STARTED)
    assert out.getvalue().endswith("s  build.started       build-1\n")


def test_people_read_the_sentence_of_a_status() -> None:
    out = io.StringIO()
    Prose(Narrator(out)).status("not_ready", "it has ended", url="http://localhost")
    assert out.getvalue().endswith("s  not ready           it has ended\n")


def test_people_are_not_told_what_has_no_sentence() -> None:
    out = io.StringIO()
    Prose(Narrator(out)).status("failed", "", reason="timeout")
    assert out.getvalue() == ""


def test_programs_get_the_whole_event_in_a_line() -> None:
    out = io.StringIO()
    JsonLines(out).event(STARTED)
    (line,) = out.getvalue().splitlines()
    assert wire.decode(Message(line.encode(), wire.STRUCTURED)) == STARTED


def test_what_an_event_does_not_say_is_not_in_its_line() -> None:
    out = io.StringIO()
    JsonLines(out).event(CloudEvent(id="1", source="s", type="t", data=None))
    said = {"specversion": "1.0", "id": "1", "source": "s", "type": "t"}
    assert json.loads(out.getvalue()) == said


def test_programs_get_the_facts_of_a_status() -> None:
    out = io.StringIO()
    JsonLines(out).status("ready", "it answers", url="http://localhost", build_id="1")
    assert json.loads(out.getvalue()) == {
        "status": "ready",
        "url": "http://localhost",
        "build_id": "1",
    }
