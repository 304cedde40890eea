"""Outcomes leave with the signature of their build; everything else leaves as it is."""

from collections.abc import Sequence

import attrs
import pytest
from contracts.event_publisher import STARTED, EventPublisherContract
from support.world import Clock

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.application.signed_publisher import SignedPublisher
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.signing import SIGNATURE, build_key, is_signed
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Message

KEY = "a key that no one knows"
OWN = build_key(KEY, STARTED.function, STARTED.build_id or "")
OUTCOMES = ("build.complete", "build.failed", "build.cancelled", "build.superseded")


class TestSignedPublisher(EventPublisherContract):
    @pytest.fixture
    def publisher(self) -> EventPublisher:
        return SignedPublisher(self.broker, KEY)

    @pytest.fixture
    def refused(self) -> EventPublisher:
        inner: EventPublisher = with_faults(
            "publisher", self.broker, Faults([Fault("publisher.publish", 1, Kind.FAIL)])
        )
        return SignedPublisher(inner, KEY)

    @pytest.fixture(autouse=True)
    def _listen(self) -> None:
        self.heard: list[Message] = []
        self.broker = MemoryBroker(Clock(), listeners=[self.heard.append])

    async def arrived(self) -> Sequence[Message]:
        return list(self.heard)


@attrs.frozen
class Kept(EventPublisher):
    """Keeps what is published."""

    announcements: list[Announcement] = attrs.field(factory=list)

    async def publish(self, announcement: Announcement) -> None:
        self.announcements.append(announcement)


def named(kind: str, **data: object) -> Announcement:
    """An announcement of that kind, with more in its data."""
    return attrs.evolve(
        STARTED, type=f"network.notifi.lambda.{kind}", data={**STARTED.data, **data}
    )


async def published(announcement: Announcement, key: str = KEY) -> Announcement:
    kept = Kept()
    await SignedPublisher(kept, key).publish(announcement)
    (one,) = kept.announcements
    return one


@pytest.mark.parametrize("kind", OUTCOMES)
async def test_an_outcome_is_signed_with_the_key_of_its_build(kind: str) -> None:
    signed = await published(named(kind))
    assert is_signed(OWN, signed.data)
    assert not is_signed(build_key(KEY, STARTED.function, "another build"), signed.data)
    other = build_key("another key", STARTED.function, STARTED.build_id or "")
    assert not is_signed(other, signed.data)


async def test_nothing_but_the_signature_is_added() -> None:
    outcome = named("build.complete")
    signed = await published(outcome)
    unsigned = {name: value for name, value in signed.data.items() if name != SIGNATURE}
    assert attrs.evolve(signed, data=unsigned) == outcome
    assert SIGNATURE not in outcome.data


async def test_the_signature_holds_after_the_wire() -> None:
    event = wire.decode(wire.encode(await published(named("build.failed", detail="größer\n☃"))))
    assert isinstance(event.data, dict)
    assert is_signed(OWN, event.data)


async def test_the_signature_does_not_hold_for_other_data() -> None:
    signed = await published(named("build.complete", image_uri="registry.test/mine"))
    changed = {**signed.data, "image_uri": "registry.test/yours"}
    assert not is_signed(OWN, changed)


async def test_a_signature_that_is_there_is_replaced() -> None:
    fresh = await published(named("build.complete"))
    again = await published(named("build.complete", signature="forged"))
    assert again.data[SIGNATURE] == fresh.data[SIGNATURE]


@pytest.mark.parametrize("kind", ["build.started", "build.rejected", "service.created"])
async def test_what_is_no_outcome_passes_as_it_is(kind: str) -> None:
    assert await published(named(kind)) == named(kind)


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(SignedPublisher(Kept(), KEY))
