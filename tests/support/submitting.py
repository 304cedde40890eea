"""What `submit` is made of, for tests: a command line, a request, and somebody who is told."""

import argparse
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import attrs

from knative_lambda.adapters.written_event import written
from knative_lambda.application.order import Order, ordered
from knative_lambda.application.submission import Submission, checked
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import TransientError
from knative_lambda.entrypoints import submit_options
from knative_lambda.ports.progress import Progress

NOON = 1_800_000_000_000_000_000


def options(*words: str | Path) -> argparse.Namespace:
    """What the words after `submit` say, where acme submits."""
    parser = argparse.ArgumentParser()
    submit_options.declare(parser)
    return parser.parse_args(["--third-party", "acme", *map(str, words)])


def request(event_id: str = "one") -> Submission:
    """A request for acme's function hello."""
    data = {"third_party_id": "acme", "parser_id": "hello", "source_url": "https://code.test/x"}
    named = {"specversion": "1.0", "id": event_id, "source": "test"}
    return checked(written({**named, "type": f"{PREFIX}build.start"}, NOON, data))


def event(kind: str, build_id: str, **data: object) -> CloudEvent:
    """An event of a build."""
    return CloudEvent(
        id=f"{build_id}.{kind}",
        source="network.notifi.acme",
        type=PREFIX + kind,
        extensions={"buildid": build_id},
        data={"build_id": build_id, **data},
    )


@attrs.define
class Told(Progress):
    """Keeps what it is told."""

    events: list[CloudEvent] = attrs.field(factory=list)
    statuses: list[tuple[str, dict[str, object]]] = attrs.field(factory=list)
    texts: list[str] = attrs.field(factory=list)

    def event(self, event: CloudEvent) -> None:
        self.events.append(event)

    def status(self, status: str, text: str, **facts: object) -> None:
        self.statuses.append((status, facts))
        self.texts.append(text)


@attrs.define
class Broadcast:
    """Gives one after the other of its *turns*: what is heard until the connection is lost.

    A turn that is an error is that of nobody being there to listen to.
    """

    turns: list[Sequence[CloudEvent] | Exception]

    async def listen(self) -> AsyncIterator[CloudEvent]:
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return _spoken(turn)


async def _spoken(events: Sequence[CloudEvent]) -> AsyncIterator[CloudEvent]:
    for event in events:
        yield event
    raise TransientError("the connection is lost")


def order(kind: str, event_id: str = "one", **data: str) -> Order:
    """A cancel, a delete or a rollback of acme's function hello."""
    ids = {"third_party_id": "acme", "parser_id": "hello"}
    named = {"specversion": "1.0", "id": event_id, "source": "test"}
    return ordered(written({**named, "type": f"{PREFIX}{kind}"}, NOON, {**ids, **data}))
