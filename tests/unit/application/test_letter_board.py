"""Of a dead letter is shown why it is one and what it says, but for what may be secret."""

import base64
import json
import time
from collections.abc import Sequence

import pytest
from support.world import Clock

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.letter_sight import MemoryLetterSight
from knative_lambda.application.glance import LetterGlance
from knative_lambda.application.letter_board import LONGEST, LetterBoard
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.redaction import Redactor
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports.event_source import Delivery, Message
from knative_lambda.ports.letter_notes import LetterNote

JSON = "application/cloudevents+json"
DATA = {"third_party_id": "acme", "parser_id": "orders", "runtime": "cobol"}
START = {
    "specversion": "1.0",
    "id": "start-1",
    "source": "shop",
    "type": "network.notifi.lambda.build.start",
    "data": DATA,
}


class Kept:
    """A broker with dead letters, and a board before it."""

    def __init__(self) -> None:
        self.broker, self.clock = MemoryBroker(time.time_ns), Clock()
        self.board = LetterBoard(MemoryLetterSight(self.broker), Redactor(), "")

    async def give_up(self, body: bytes, detail: str = "no") -> None:
        delivery = Delivery(Message(body, JSON, {"type": "x"}), None, time.time_ns())
        await self.broker.settle(delivery, DeadLetter(Rejection.INVALID, detail))

    async def note(self, body: bytes, detail: str = "no") -> LetterNote:
        await self.give_up(body, detail)
        return (await self.board.notes())[0]


@pytest.fixture
def kept() -> Kept:
    return Kept()


def event(**data: object) -> bytes:
    return json.dumps({**START, "data": {**DATA, **data}}).encode()


async def test_values_of_tenants_are_hidden_however_the_data_is_written(kept: Kept) -> None:
    text = json.dumps({**DATA, "function": {"env": {"DSN": "hunter2"}}})
    encoded = base64.b64encode(text.encode()).decode()
    for data in ({"data": text}, {"data": None, "data_base64": encoded}):
        shown = (await kept.note(json.dumps({**START, **data}).encode())).body or ""
        assert '"DSN": "[redacted]"' in shown
        assert "hunter2" not in shown
        assert encoded not in shown


async def test_of_data_that_cannot_be_seen_nothing_is_shown(kept: Kept) -> None:
    broken = '{"function": {"env": {"DSN": "hunter2",}}}'
    encoded = [base64.b64encode(data).decode() for data in (b"\xffhunter2", broken.encode())]
    for name, data in (
        *(("data_base64", each) for each in ("no base64: hunter2", 7, *encoded)),
        *(("data", each) for each in (broken, json.dumps(json.dumps({"env": "hunter2"})))),
    ):
        body = json.dumps({**START, name: data}).encode()
        assert f'"{name}": "[redacted]"' in ((await kept.note(body)).body or "")


async def test_a_letter_is_told_with_what_it_is_about(kept: Kept) -> None:
    note = await kept.note(event(), "runtime: 'cobol': is none")
    assert (note.type, note.source, note.event_id) == (START["type"], "shop", "start-1")
    assert note.function == FunctionId("acme", "orders")
    assert note.letter.detail == "runtime: 'cobol': is none"
    assert note.refusal is not None
    assert "cobol" in note.refusal
    assert json.loads(note.body or "") == START
    assert (note.size, note.is_cut) == (len(event()), False)


async def test_it_holds_no_message(kept: Kept) -> None:
    letter = (await kept.note(event())).letter
    assert (letter.message.body, letter.message.headers, letter.properties) == (b"", {}, {})


async def test_what_tenants_have_set_and_what_looks_like_a_secret_is_not_shown(kept: Kept) -> None:
    note = await kept.note(
        event(
            source_url="https://user:hunter2@example.test/a.git",
            build_args={"MIRROR": "hunter2"},
            function={"env": {"DSN": "hunter2"}, "triggers": [{"env": "hunter2"}]},
        ),
        "https://user:hunter2@example.test/a.git is refused",
    )
    assert "hunter2" not in repr(note)
    assert '"DSN": "[redacted]"' in (note.body or "")
    assert '"parser_id": "orders"' in (note.body or "")


async def test_what_is_no_event_is_shown_as_it_is(kept: Kept) -> None:
    note = await kept.note(b"not json, password=hunter2")
    assert (note.type, note.function, note.event_id) == (None, None, None)
    assert note.body == "not json, password=[redacted]"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 20_000, b'"\\ud800"'])
async def test_what_cannot_be_laid_out_harms_nobody(kept: Kept, body: bytes) -> None:
    note = await kept.note(body)
    assert note.body is not None
    assert len(note.body) <= LONGEST


async def test_what_is_no_text_is_not_shown(kept: Kept) -> None:
    note = await kept.note(b"\xff\xfe")
    assert (note.body, note.size, note.is_cut) == (None, 2, False)


@pytest.mark.parametrize(("size", "shown"), [(LONGEST * 2, LONGEST), (10 << 20, 0)])
async def test_a_long_body_is_cut_or_left_out(kept: Kept, size: int, shown: int) -> None:
    note = await kept.note(b"x" * size)
    assert (len(note.body or ""), note.is_cut) == (shown, True)


async def test_the_newest_is_first_and_all_are_counted(kept: Kept) -> None:
    for number in range(3):
        await kept.give_up(event(build_timeout=number))
    notes: Sequence[LetterNote] = await kept.board.notes()
    assert [json.loads(note.body or "")["data"]["build_timeout"] for note in notes] == [2, 1, 0]
    assert await kept.board.count() == 3


async def test_where_there_is_no_queue_there_is_none_to_be_counted() -> None:
    board = LetterBoard(None, Redactor(), "")
    assert (await board.notes(), await board.count()) == ([], None)


async def test_they_are_looked_at_now_and_then_only(kept: Kept) -> None:
    glance = LetterGlance(kept.board, kept.clock)
    assert (await glance.notes(), await glance.count()) == ([], 0)
    await kept.give_up(event())
    assert (await glance.notes(), await glance.count()) == ([], 0)
    kept.clock.advance(5)
    assert (len(await glance.notes()), await glance.count()) == (1, 1)
