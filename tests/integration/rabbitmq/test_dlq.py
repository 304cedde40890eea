"""`knative-lambda dlq`, on the queues of a real broker."""

import argparse
import io
import itertools
import json
import os
import time
from collections.abc import Awaitable, Callable

import attrs
import pytest
from contracts.contract import eventually
from support.amqp import Client
from support.documented_json import keys
from support.rabbitmq import Names

from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.outbox import FunctionsOutbox, Outbox
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.application.letter_selection import NoLetterError
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.entrypoints import dlq
from knative_lambda.ports.event_source import Delivery, Message
from knative_lambda.settings import SettingsError, from_env

HOUR = 3600 * 10**9
INVALID = DeadLetter(Rejection.INVALID, "runtime: 'cobol': must be another")
AWAY = DeadLetter(Rejection.RETRIES_EXHAUSTED, "given up after 3 tries: away")
UNDELIVERED = DeadLetter(Rejection.UNDELIVERED, "its function did not take it")


@attrs.frozen
class Answer:
    """What a command has said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def ids(self) -> list[str]:
        """The first word of each line; of a table's, without its head."""
        return [line.split()[0] for line in self.out.splitlines() if not line.startswith("ID ")]


Command = Callable[..., Awaitable[Answer]]


@pytest.fixture
def topology(names: Names) -> Topology:
    """As the settings make it."""
    return Topology(names.exchange, names.queue, f"{names.queue}.functions")


@pytest.fixture
def command(client: Client, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs it, once nobody looks at the dead letters any more."""
    parser = argparse.ArgumentParser()
    dlq.add_to(parser.add_subparsers())
    variables = {
        "KLB_RABBITMQ_URL": client.url,
        "KLB_EXCHANGE": client.topology.exchange,
        "KLB_QUEUE": client.topology.queue,
        "KLB_FUNCTION_DEAD_LETTER_QUEUE": client.topology.functions,
    }

    async def run(*words: str, there: int, **more: str) -> Answer:
        async def are_there() -> bool:
            letters = client.topology.functions if "--functions" in words else dead_letters
            return await client.depth(letters) == there

        dead_letters = client.topology.dead_letters
        await eventually(are_there)
        asked = parser.parse_args(["dlq", *words])
        code = await asked.run(asked, from_env({**variables, **more}))
        return Answer(code, *capsys.readouterr())

    return run


def start(parser_id: str, runtime: str = "nodejs22", tenant: str = "acme") -> Message:
    data = {"third_party_id": tenant, "parser_id": parser_id, "runtime": runtime}
    event = {
        "specversion": "1.0",
        "id": parser_id,
        "source": "shop",
        "type": "network.notifi.lambda.build.start",
        "data": {**data, "source_url": "https://example.test/orders.git"},
    }
    return Message(json.dumps(event).encode(), "application/cloudevents+json", {}, parser_id)


@pytest.fixture
async def letters(link: Link) -> None:
    """Three letters: of three, two and one hours ago."""
    for ago, message, why in (
        (3, start("wrong", "cobol"), INVALID),
        (2, start("good"), AWAY),
        (1, Message(b"hello \x1b[31m", "text/plain"), attrs.evolve(INVALID, detail="\x1b[2J")),
    ):
        at = itertools.repeat(time.time_ns() - ago * HOUR)
        await Outbox(link, at.__next__).settle(Delivery(message, None, next(at)), why)


@pytest.fixture
async def of_functions(link: Link) -> None:
    """A letter of a function."""
    attributes = {
        "specversion": "1.0",
        "id": "o-7",
        "type": "network.notifi.lambda.parser.start",
        "source": "network.notifi.acme",
        "subject": "orders",
    }
    headers = {f"ce-{name}": value for name, value in attributes.items()}
    sent = Delivery(Message(b'{"order":7}', "application/json", headers), None, time.time_ns())
    await FunctionsOutbox(link, time.time_ns).settle(sent, UNDELIVERED)


@pytest.mark.usefixtures("link")
async def test_without_dead_letters_a_list_says_so(command: Command) -> None:
    assert await command("list", there=0) == Answer(0, "", "no dead letters\n")
    assert (await command("list", "--output", "json", there=0)).out == "[]\n"


@pytest.mark.usefixtures("letters")
async def test_a_list_has_the_oldest_first_and_their_number_last(command: Command) -> None:
    answer = await command("list", there=3)
    assert answer.code == 0
    assert [line.split()[1:3] for line in answer.out.splitlines()] == [
        ["AGE", "REASON"],
        ["3h", "invalid"],
        ["2h", "retries_exhausted"],
        ["1h", "invalid"],
    ]
    assert answer.err == "3 dead letters\n"
    assert "acme/wrong" in answer.out
    assert "\x1b" not in answer.out


@pytest.mark.usefixtures("letters")
async def test_a_list_can_be_of_some_and_for_programs(command: Command) -> None:
    words = ("--reason", "invalid", "--tenant", "acme", "--type", "build.start")
    answer = await command("list", *words, "--older-than", "150m", "--output", "json", there=3)
    (one,) = json.loads(answer.out)
    assert (one["reason"], one["parser_id"], set(one)) == ("invalid", "wrong", keys("`dlq list`"))
    assert answer.err == "1 dead letter of that kind\n"
    assert (await command("list", "--newer-than", "1m", there=3)).out == ""


@pytest.mark.usefixtures("letters")
async def test_a_line_fits_a_terminal(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "70")
    await command("list", there=3)
    assert max(map(len, terminal.getvalue().splitlines())) == 70


@pytest.mark.usefixtures("letters")
async def test_one_is_shown_by_how_its_id_begins_with_the_next_step(command: Command) -> None:
    wrong, good, junk = (await command("list", there=3)).ids
    answer = await command("show", wrong[:6], there=3)
    assert (answer.code, answer.err) == (0, "")
    assert '"runtime": "cobol"' in answer.out
    assert f"knative-lambda dlq purge {wrong}" in answer.out
    assert f"dlq replay {good}" in (await command("show", good, there=3)).out
    shown = await command("show", junk, there=3)
    assert "hello \\x1b[31m" in shown.out
    assert "\x1b" not in shown.out
    known = json.loads((await command("show", good, "--output", "json", there=3)).out)
    assert json.loads(known["body"])["id"] == "good"
    assert set(known) == keys("`dlq list`") | keys("`dlq show`")


@pytest.mark.usefixtures("letters")
async def test_an_id_that_is_none_is_an_error_and_nothing_is_done(command: Command) -> None:
    (_, good, _) = (await command("list", there=3)).ids
    for words in (["show", "zz"], ["replay", good, "zz"], ["purge", "--yes", good, "zz"]):
        with pytest.raises(NoLetterError, match="'zz': is no dead letter's id"):
            await command(*words, there=3)
    assert len((await command("list", there=3)).ids) == 3


@pytest.mark.usefixtures("letters")
async def test_what_would_be_refused_again_is_sent_by_force_alone(
    client: Client, command: Command
) -> None:
    wrong, good, junk = (await command("list", there=3)).ids
    answer = await command("replay", "--all", there=3)
    assert answer.code == 1
    assert answer.out == f"{good}  sent again  build.start acme/good\n"
    refused = answer.err.splitlines()
    assert refused[0].startswith(f"{wrong}  would be refused again: runtime: 'cobol': must be")
    assert refused[1].startswith(f"{junk}  would be refused again: content type: 'text/plain'")
    assert refused[2] == "1 dead letter sent again, 2 not, which --force sends all the same"
    assert await client.depth(client.topology.queue) == 1
    forced = await command("replay", "--force", wrong[:6], junk, there=2)
    assert (forced.code, forced.err) == (0, "2 dead letters sent again\n")
    sent = await client.look(client.topology.queue)
    assert [one.message_id for one in sent][:2] == ["good", "wrong"]
    assert all(one.headers["x-lambda-replays"] == "1" for one in sent)


@pytest.mark.usefixtures("letters")
async def test_programs_are_told_what_was_done_with_each(command: Command) -> None:
    told = (await command("replay", "--all", "--output", "json", there=3)).out.splitlines()
    wrong, good, _ = map(json.loads, told)
    assert (wrong["status"], good["status"]) == ("refused", "sent_again")
    assert set(wrong) == set(good) | {"detail"} == keys("`dlq replay`, `dlq purge`")


@pytest.mark.usefixtures("letters")
async def test_some_are_purged_and_the_others_stay(command: Command) -> None:
    wrong, good, junk = (await command("list", there=3)).ids
    answer = await command("purge", "--reason", "invalid", "--yes", there=3)
    assert (answer.code, answer.ids) == (0, [wrong, junk])
    assert answer.err == "2 dead letters removed\n"
    assert (await command("list", there=1)).ids == [good]
    assert (await command("purge", good[:4], "--yes", there=1)).ids == [good]
    assert (await command("purge", "--all", "--yes", there=0)).err == "no dead letters removed\n"


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize(("answer", "left"), [("n", 3), ("", 3), ("yes", 0), ("Y", 0)])
async def test_a_person_is_asked_before_anything_is_purged(
    command: Command, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    person, terminal = os.openpty()
    with os.fdopen(terminal) as stdin, os.fdopen(person, "w") as keyboard:
        monkeypatch.setattr("sys.stdin", stdin)
        keyboard.write(f"{answer}\n")
        keyboard.flush()
        told = await command("purge", "--all", there=3)
    assert told.err.startswith("Remove 3 dead letters for good? [y/N] ")
    assert told.code == (1 if left else 0)
    assert len((await command("list", there=left)).ids) == left


@pytest.mark.usefixtures("letters")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["replay"], "name dead letters by their ids, or choose them by filters, or say --all"),
        (["replay", "--all", "--reason", "invalid"], "one of these, and not two"),
        (["replay", "--functions", "--all"], "have them sent again there"),
        (["purge", "--yes"], "or say --all"),
        (["purge", "--all"], "say --yes"),
    ],
)
async def test_what_is_not_clear_is_not_done(
    command: Command, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    there = 0 if "--functions" in words else 3
    answer = await command(*words, there=there)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert len((await command("list", there=3)).ids) == 3


@pytest.mark.usefixtures("letters", "of_functions")
async def test_those_of_functions_are_apart(command: Command) -> None:
    answer = await command("list", "--functions", there=1)
    assert "parser.start" in answer.out
    assert "acme/orders" in answer.out
    (one,) = answer.ids
    shown = (await command("show", "--functions", one, there=1)).out
    assert "refused" not in shown
    assert f"dlq purge --functions {one}" in shown
    assert (await command("purge", "--functions", "--all", "--yes", there=1)).ids == [one]
    assert len((await command("list", there=3)).ids) == 3


@pytest.mark.usefixtures("link")
async def test_a_broker_that_is_away_is_told(command: Command) -> None:
    with pytest.raises(TransientError, match=r"RabbitMQ at 127\.0\.0\.1:1 cannot be reached"):
        await command("list", there=0, KLB_RABBITMQ_URL="amqp://127.0.0.1:1/")


@pytest.mark.usefixtures("link")
async def test_a_queue_that_is_missing_where_nothing_is_declared_is_told(
    client: Client, command: Command
) -> None:
    await (await client.channel()).queue_delete(client.topology.functions)
    with pytest.raises(SetupError, match=f"'{client.topology.functions}' is missing: declare it"):
        await command("list", there=0, KLB_RABBITMQ_DECLARE="passive")


@pytest.mark.usefixtures("link")
async def test_without_rabbitmq_there_is_nothing_to_look_at(command: Command) -> None:
    with pytest.raises(SettingsError, match="KLB_EVENT_SOURCE: must be rabbitmq"):
        await command("list", there=0, KLB_EVENT_SOURCE="memory")
