"""What a build would be made of is found out without storing or starting anything."""

import json

import pytest
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.rendering import rendered, requested_in
from knative_lambda.domain.errors import PermanentError, SourceRefusedError
from knative_lambda.domain.instants import parse_instant
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.event_source import Message

DATA = {"third_party_id": "acme", "parser_id": "hello", "source_url": "https://one.test"}


def message(kind: str, **data: object) -> Message:
    event = {"source": "me", "type": kind, "data": {**DATA, **data}}
    return Message(json.dumps(event).encode())


START = message("network.notifi.lambda.build.start")


def preparation(world: World, faults: Faults) -> Preparation:
    return Replica(world, faults).handler.preparation


async def test_it_packs_and_stores_nothing() -> None:
    world, faults = World(), Faults()
    async with rendered(preparation(world, faults), requested_in(START, ""), 0) as one:
        assert b"".join(one.context.pieces()) == b"https://one.test"
        facts = one.facts()
    assert facts["function"] == "acme/hello"
    assert facts["content hash"] == one.context.content_hash
    assert (facts["image"] or "").endswith(f":{one.context.content_hash}")
    assert (facts["revision"], facts["warning"]) == (None, None)
    assert set(faults.calls) == {"fetcher.fetch"}


@pytest.mark.parametrize(
    ("url", "more", "strategy", "why"),
    [
        ("plain", {}, "append", "appended to its base"),
        (
            "locked",
            {},
            "append",
            "appended to its base, and to the dependencies of an earlier build, if that left them",
        ),
        ("one", {}, "kaniko", "its Dockerfile runs a command in the image itself: RUN make"),
        ("plain", {"build_strategy": "kaniko"}, "kaniko", "asked for"),
        ("plain", {"build_strategy": "append"}, "append", "appended to its base"),
    ],
)
async def test_how_its_image_would_be_made_is_told_without_asking_a_registry(
    url: str, more: dict[str, str], strategy: str, why: str
) -> None:
    start = message("network.notifi.lambda.build.start", source_url=f"https://{url}.test", **more)
    faults = Faults()
    async with rendered(preparation(World(), faults), requested_in(start, ""), 0) as one:
        facts = one.facts()
    assert (facts["build strategy"], facts["build strategy reason"]) == (strategy, why)
    assert set(faults.calls) == {"fetcher.fetch"}


async def test_what_would_fail_as_it_cannot_be_appended_fails_here_too() -> None:
    start = message("network.notifi.lambda.build.start", build_strategy="append")
    with pytest.raises(SourceRefusedError, match="its image cannot be appended: its Dockerfile"):
        async with rendered(preparation(World(), Faults()), requested_in(start, ""), 0):
            pass


async def test_the_end_of_its_runtime_is_told() -> None:
    old = message("network.notifi.lambda.build.start", runtime="node20")
    now = parse_instant("2026-05-01T00:00:00Z")
    assert now is not None
    async with rendered(preparation(World(), Faults()), requested_in(old, ""), now) as one:
        warning = one.facts()["warning"]
    assert warning == "nodejs20: its support ended 2026-04-30; move to nodejs26 or nodejs24"


async def test_a_source_that_is_refused_is_refused_here_too() -> None:
    broken = message("network.notifi.lambda.build.start", source_url="https://broken.test")
    with pytest.raises(SourceRefusedError):
        async with rendered(preparation(World(), Faults()), requested_in(broken, ""), 0):
            pass


def test_only_a_start_asks_for_a_build() -> None:
    with pytest.raises(PermanentError) as caught:
        requested_in(message("dev.knative.apiserver.resource.add"), "")
    assert caught.value.rejection is Rejection.UNSUPPORTED


def test_what_the_service_would_refuse_is_refused() -> None:
    with pytest.raises(PermanentError):
        requested_in(message("network.notifi.lambda.build.start", runtime="cobol"), "")
