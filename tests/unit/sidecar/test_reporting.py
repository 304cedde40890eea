"""What is decided is told, whatever is away, and whoever was first."""

import asyncio
from contextlib import suppress

import pytest
from support.accompanied import BUILD, FUNCTION, KEY, Beside, Play, opened
from support.pods import DIGEST, ended

from knative_lambda.adapters.memory.faults import Crashed, Fault, Kind
from knative_lambda.domain import names
from knative_lambda.domain.effects import Publish
from knative_lambda.domain.errors import PermanentError, SetupError, TransientError
from knative_lambda.domain.events import BuildEnded
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Phase, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.signing import is_signed
from knative_lambda.domain.verdict import Verdict


def nth(call: str, *numbers: int, kind: Kind = Kind.FAIL) -> list[Fault]:
    return [Fault(call, number, kind) for number in numbers]


def test_the_outcome_is_signed_with_the_builds_own_key_and_has_its_id(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(3, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    beside = play(scenario)
    assert is_signed(KEY, beside.outcome())
    (event,) = beside.events()
    assert event.id == names.event(BUILD, "outcome")
    assert event.extensions["buildid"] == BUILD


def test_without_a_key_the_outcome_is_not_signed(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.key = b""
        beside.shown_at(3, ended(1))
        await beside.sidecar().run()

    assert "signature" not in play(scenario).outcome()


@pytest.mark.parametrize(
    ("settled", "phase", "told"),
    [
        (False, Phase.CANCELLED, ["cancelled"]),
        (False, Phase.SUPERSEDED, ["superseded"]),
        (False, Phase.COMPLETE, ["complete"]),
        (False, Phase.FAILED, ["failed"]),
        (True, Phase.CANCELLED, []),
        (True, Phase.COMPLETE, []),
        (True, Phase.FAILED, []),
    ],
)
def test_what_was_decided_before_is_told_unless_it_is_settled(
    play: Play,
    settled: bool,  # noqa: FBT001 - a parameter of the test
    phase: Phase,
    told: list[str],
) -> None:
    async def scenario(beside: Beside) -> None:
        await beside.open(opened(phase, settled=settled))
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()
        assert await beside.phase() is (Phase.SETTLED if settled else phase)

    assert play(scenario).kinds() == told


def test_of_a_build_that_nobody_knows_nothing_is_told(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        await beside.forget()
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()
        assert await beside.phase() is Phase.UNKNOWN

    assert play(scenario).kinds() == []


@pytest.mark.parametrize("call", ["records.read", "records.write", "publisher.publish"])
@pytest.mark.parametrize("kind", [Kind.FAIL, Kind.LOSE])
def test_what_is_away_for_a_while_is_tried_again(play: Play, call: str, kind: Kind) -> None:
    async def scenario(beside: Beside) -> None:
        beside.faults.plan += nth(call, *range(1, 20), kind=kind)
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()
        assert await beside.phase() is Phase.FAILED

    beside = play(scenario)
    assert set(beside.kinds()) == {"failed"}
    assert len({message.body for message in beside.published}) == 1


@pytest.mark.parametrize(
    "error",
    [
        TransientError("away"),
        SetupError("not permitted"),
        PermanentError(Rejection.FORBIDDEN, "full"),
    ],
)
def test_whatever_is_wrong_it_is_tried_until_it_is_mended(play: Play, error: Exception) -> None:
    async def scenario(beside: Beside) -> None:
        async def broken(call: str) -> None:
            if asyncio.get_running_loop().time() < 1000 and call != "pod.changes":
                raise error

        beside.faults.pause = broken
        beside.pod.show(ended(3))
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.kinds() == ["failed"]
    assert 1000 <= beside.published_at[0] < 1020


def test_a_rival_that_decides_first_is_believed(play: Play) -> None:
    """Between our read and our write somebody has cancelled the build."""

    async def scenario(beside: Beside) -> None:
        async def cancel(call: str) -> None:
            if call == "records.write" and not beside.faults.calls[call]:
                await beside.open(opened(Phase.CANCELLED))

        beside.faults.pause = cancel
        beside.shown_at(3, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert play(scenario).kinds() == ["cancelled"]


@pytest.mark.parametrize("call", ["records.read", "records.write", "publisher.publish"])
def test_one_that_is_killed_and_started_again_tells_the_same(play: Play, call: str) -> None:
    async def scenario(beside: Beside) -> None:
        beside.faults.plan += nth(call, 1, kind=Kind.CRASH)
        beside.shown_at(3, ended(3))
        with suppress(Crashed):
            await beside.sidecar().run()
            pytest.fail("it was to be killed")
        await asyncio.sleep(10)
        await beside.sidecar().run()

    beside = play(scenario)
    assert set(beside.kinds()) == {"failed"}
    assert len({message.body for message in beside.published}) == 1


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize(
    "phase", [Phase.OPEN, Phase.COMPLETE, Phase.FAILED, Phase.CANCELLED, Phase.SUPERSEDED]
)
@pytest.mark.parametrize("verdict", [Verdict(), Verdict(Reason.BUILD_EXIT)])
def test_nothing_follows_from_an_end_but_that_it_is_told(
    phase: Phase,
    settled: bool,  # noqa: FBT001 - a parameter of the test
    verdict: Verdict,
) -> None:
    """All else is beyond what a sidecar may do."""
    happened = BuildEnded(request_id=BUILD, now=1, verdict=verdict)
    for record in (opened(phase, settled=settled), Record(FUNCTION)):
        _, effects = decide(record, happened)
        assert {type(effect) for effect in effects} <= {Publish}
