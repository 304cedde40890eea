"""Whoever waits is told how it ended, in words, in facts, and by success or failure."""

import attrs
import pytest
from support.submitting import Broadcast, Told, event, request

from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.following import Following
from knative_lambda.application.readiness import Look, Readiness
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.entrypoints import submit_conclusion
from knative_lambda.entrypoints.submit_conclusion import UnservedError, conclude
from knative_lambda.ports.progress import Progress
from knative_lambda.ports.service_deployer import Service

ASKED = request()
NAME = names.service(ASKED.function)
READY = Service(name=NAME, uid="1", version="1", key=None, ready=True, url="http://127.0.0.1:1")
FACTS = {"build_id": ASKED.build_id, "service": NAME}


def of(kind: str, **data: object) -> CloudEvent:
    return event(kind, ASKED.build_id, **data)


@pytest.fixture(autouse=True)
def _patience_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    def impatient(look: Look, progress: Progress) -> Readiness:
        return Readiness(look, progress, every=0, limit=0, unseen=0)

    monkeypatch.setattr(submit_conclusion, "Readiness", impatient)


async def concluded(told: Told, service: Service | None, *events: CloudEvent) -> None:
    async def look(name: str) -> Service | None:
        assert name == NAME
        return service

    following = Following(ASKED, Broadcast([events]).listen, MemoryRecords(), told)
    await following.begin()
    await conclude(ASKED, following, look, told)


@pytest.mark.parametrize("served", ["service.created", "service.updated"])
async def test_a_function_that_answers_is_told_with_its_address(served: str) -> None:
    told = Told()
    events = [of("build.started"), of("build.complete"), of(served)]
    await concluded(told, READY, *events)
    assert told.events == events
    assert told.statuses == [("ready", {**FACTS, "url": READY.url})]
    assert told.texts == [READY.url]


async def test_a_function_out_of_sight_is_deployed_all_the_same() -> None:
    told = Told()
    await concluded(told, None, of("service.created"))
    assert told.statuses == [("deployed", {**FACTS, "url": None})]
    assert told.texts == [f"{NAME}, whose address cannot be seen from here"]


@pytest.mark.parametrize(
    ("message", "words"), [("it has ended", "it has ended"), ("", "it does not say why")]
)
async def test_a_function_that_does_not_answer_is_a_failure(message: str, words: str) -> None:
    told = Told()
    starting = attrs.evolve(READY, ready=False, message=message)
    with pytest.raises(UnservedError, match="deployed, not ready yet; what to do: "):
        await concluded(told, starting, of("service.created"))
    assert told.statuses == [("not_ready", {**FACTS, "url": READY.url, "detail": words})]
    assert told.texts == [words]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("build.failed", "failed"),
        ("build.rejected", "rejected"),
        ("build.cancelled", "cancelled"),
        ("build.superseded", "superseded"),
        ("service.superseded", "superseded"),
        ("service.failed", "failed"),
    ],
)
async def test_what_is_not_served_is_a_failure(kind: str, status: str) -> None:
    told = Told()
    with pytest.raises(UnservedError, match=f"{kind}; what to do: "):
        await concluded(told, READY, of("build.started"), of(kind))
    assert told.statuses == [(status, {"event": kind, "build_id": ASKED.build_id})]
    assert told.texts == [""]


async def test_a_failure_tells_its_reason_and_what_to_do() -> None:
    told = Told()
    with pytest.raises(UnservedError) as caught:
        await concluded(told, None, of("build.failed", reason="timeout", detail="60 s are over"))
    advice = "give the build more time with --timeout, or less to do"
    assert str(caught.value) == f"build.failed, timeout; what to do: {advice}"
    ((_, facts),) = told.statuses
    assert (facts["reason"], facts["detail"]) == ("timeout", "60 s are over")


async def test_an_outside_builder_may_say_little() -> None:
    silent = attrs.evolve(of("build.failed"), data=None)
    with pytest.raises(UnservedError, match=r"build\.failed; what to do: "):
        await concluded(Told(), None, silent)
