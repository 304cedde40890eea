"""Events reach the functions whose Triggers select them, and their replies go on."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from contracts.contract import eventually
from support.local import CLOCK, FUNCTION, SERVICE, image_of, spec_of

from knative_lambda.adapters.local.dispatcher import Dispatcher
from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.service_deployer import LocalServiceDeployer
from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import Trigger
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

WANTED = Trigger((("type", "wanted"), ("subject", "größe")))

# Replies to `wanted` with what it got; says what it was asked for on its output.
_REPLIES = """
exports.handler = async (event, context) => {
  console.log(`got ${event.id} ${JSON.stringify(event.data)}`);
  return context.reply('answered', { got: event.data }, { subject: 'ä b' });
};
"""
_FAILS = """
let times = 0;
exports.handler = async (event) => {
  times += 1;
  console.log(`attempt ${times}`);
  if (times <= Number(process.env.FAILURES)) throw new Error('not yet');
  return { plain: 'no event' };
};
"""


class _Bench:
    """A broker, a deployer and what goes between them."""

    def __init__(self, state: Path) -> None:
        self.lines: list[str] = []
        self.told: list[Message] = []
        self.registry = LocalImageRegistry(state)
        self.broker = MemoryBroker(CLOCK)
        self.deployer = LocalServiceDeployer(
            self.registry, listener=lambda _, line: self.lines.append(line)
        )
        self.dispatcher = Dispatcher(self.broker, self.deployer, first_delay=0.001)
        self.broker.listeners.append(self.told.append)

    async def deploy(self, code: str, *triggers: Trigger, **env: str) -> None:
        image = await image_of(self.registry, "nodejs", code)
        spec = spec_of(1, image, *triggers, env=env)
        await self.deployer.bind(spec, await self.deployer.create(spec))
        seen = await self.deployer.wait_ready(SERVICE)
        assert seen is not None
        assert seen.ready, seen.message

    async def tell(self, **attributes: str) -> None:
        self.broker.tell(event(**attributes))
        await self.dispatcher.idle()

    def heard(self, words: str) -> list[str]:
        return [line for line in self.lines if line.startswith(words)]


def event(**attributes: str) -> Message:
    """An event with the data `[1]`, as a producer would send it."""
    headers = {"specversion": "1.0", "id": "e-1", "source": "urn:test", **attributes}
    body = json.dumps({**headers, "data": [1]}).encode()
    return Message(body, wire.STRUCTURED, headers, headers["id"])


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[_Bench]:
    bench = _Bench(tmp_path)
    await bench.dispatcher.open()
    yield bench
    await bench.dispatcher.close()
    await bench.deployer.close()


async def test_an_event_that_is_selected_reaches_the_function_and_its_reply_is_told(
    bench: _Bench,
) -> None:
    await bench.deploy(_REPLIES, WANTED)
    await bench.tell(type="wanted", subject="größe")
    assert bench.heard("got") == ["got e-1 [1]"]
    sent, reply = bench.told
    assert sent.message_id == "e-1"
    assert (reply.headers["type"], reply.headers["subject"]) == ("answered", "ä b")
    decoded = wire.decode(reply)
    assert decoded.data == {"got": [1]}
    assert decoded.subject == "ä b"
    assert not bench.broker.ready
    assert not bench.dispatcher.dead_letters


@pytest.mark.parametrize(
    "attributes",
    [{"type": "other", "subject": "größe"}, {"type": "wanted"}, {"type": "wanted", "subject": ""}],
)
async def test_an_event_that_is_not_selected_does_not(
    bench: _Bench, attributes: dict[str, str]
) -> None:
    await bench.deploy(_REPLIES, WANTED)
    await bench.tell(**attributes)
    assert bench.heard("got") == []


async def test_each_trigger_delivers(bench: _Bench) -> None:
    await bench.deploy(_REPLIES, WANTED, Trigger((("type", "wanted"),)))
    await bench.tell(type="wanted", subject="größe")
    assert len(bench.heard("got")) == 2


async def test_what_the_builder_announces_can_be_selected(bench: _Bench) -> None:
    await bench.deploy(_REPLIES, Trigger((("type", "network.notifi.lambda.build.started"),)))
    await bench.broker.publish(
        Announcement(
            id="a-1",
            type="network.notifi.lambda.build.started",
            function=FUNCTION,
            time=0,
            data={"größer": 1},
        )
    )
    await bench.dispatcher.idle()
    assert bench.heard("got") == ['got a-1 {"größer":1}']


async def test_a_reply_that_the_builder_consumes_is_routed_to_it(bench: _Bench) -> None:
    code = """
    exports.handler = (event, context) => context.reply('network.notifi.lambda.build.start', {});
    """
    await bench.deploy(code, WANTED)
    await bench.tell(type="wanted", subject="größe")
    (delivery,) = bench.broker.ready
    assert delivery.message == bench.told[1]
    assert wire.decode(delivery.message).type == "network.notifi.lambda.build.start"


async def test_a_function_that_fails_is_asked_again(bench: _Bench) -> None:
    await bench.deploy(_FAILS, WANTED, FAILURES="5")
    await bench.tell(type="wanted", subject="größe")
    assert len(bench.heard("attempt")) == 6
    assert len(bench.told) == 1  # what it answered is no event, and goes nowhere
    assert not bench.dispatcher.dead_letters


async def test_an_event_that_a_function_never_takes_is_kept(bench: _Bench) -> None:
    await bench.deploy(_FAILS, WANTED, FAILURES="100")
    await bench.tell(type="wanted", subject="größe")
    assert len(bench.heard("attempt")) == 6
    (kept,) = bench.dispatcher.dead_letters
    assert kept.message.message_id == "e-1"
    assert kept.rejection is Rejection.RETRIES_EXHAUSTED
    assert kept.detail == "the answer was 500 (6 attempts)"


async def test_an_event_that_would_never_be_taken_is_not_sent_again(bench: _Bench) -> None:
    await bench.deploy(_FAILS, WANTED, FAILURES="0")
    await bench.tell(type="wanted", subject="größe", specversion="0.3")
    assert bench.heard("attempt") == []
    (kept,) = bench.dispatcher.dead_letters
    assert kept.detail == "the answer was 400 (1 attempts)"


async def test_an_event_whose_body_is_none_is_kept(bench: _Bench) -> None:
    await bench.deploy(_FAILS, WANTED, FAILURES="0")
    headers = {"type": "wanted", "subject": "größe", "id": "e-1"}
    bench.broker.tell(Message(b"{", wire.STRUCTURED, headers, "e-1"))
    await bench.dispatcher.idle()
    assert len(bench.dispatcher.dead_letters) == 1


async def test_an_event_for_a_function_that_is_deleted_meanwhile_is_dropped(
    bench: _Bench,
) -> None:
    await bench.deploy(_FAILS, WANTED, FAILURES="0")
    seen = await bench.deployer.look(SERVICE)
    assert seen is not None
    bench.broker.tell(event(type="wanted", subject="größe"))
    await bench.deployer._book.delete(seen)
    await bench.dispatcher.idle()
    assert not bench.heard("attempt")
    assert not bench.dispatcher.dead_letters


async def test_what_waits_to_be_sent_again_is_given_up_when_it_is_closed(tmp_path: Path) -> None:
    bench = _Bench(tmp_path)
    bench.dispatcher.first_delay = 1000
    await bench.dispatcher.open()
    await bench.deploy(_FAILS, WANTED, FAILURES="100")
    bench.broker.tell(event(type="wanted", subject="größe"))

    async def failed() -> bool:
        return bench.heard("attempt") != []

    await eventually(failed)
    await bench.dispatcher.close()
    await bench.dispatcher.idle()
    assert len(bench.heard("attempt")) == 1
    await bench.deployer.close()


async def test_a_dispatcher_that_is_closed_hears_nothing(tmp_path: Path) -> None:
    bench = _Bench(tmp_path)
    listeners: list[Callable[[Message], None]] = list(bench.broker.listeners)
    await bench.dispatcher.open()
    await bench.dispatcher.close()
    assert bench.broker.listeners == listeners
    await bench.deployer.close()
