"""A sidecar says once, and rightly, how the build beside it ended, whatever is away meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.accompanied import BUILD, KEY, TIMEOUT, Beside, opened
from support.pods import DIGEST, RECORDED, building, ended, waiting
from support.virtual_time import in_virtual_time

from knative_lambda.adapters.memory.faults import Crashed, Fault, Kind
from knative_lambda.domain.errors import PermanentError, SetupError, TransientError
from knative_lambda.domain.pod import KANIKO, ContainerStatus, PodStatus
from knative_lambda.domain.record import Phase
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.signing import is_signed
from knative_lambda.sidecar.watching import PATIENCE, SETTLING

Scenario = Callable[[Beside], Awaitable[None]]
Play = Callable[[Scenario], Beside]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays a scenario in virtual time, with an open build, and gives what came of it."""

    def played(scenario: Scenario) -> Beside:
        async def whole() -> Beside:
            beside = Beside(tmp_path)
            await beside.open()
            await scenario(beside)
            return beside

        return in_virtual_time(whole())

    return played


def kinds(beside: Beside) -> list[str]:
    return [event.type.rpartition("build.")[2] for event in beside.events()]


def nth(call: str, *numbers: int, kind: Kind = Kind.FAIL) -> list[Fault]:
    return [Fault(call, number, kind) for number in numbers]


@pytest.mark.parametrize("name", [name for name, one in RECORDED.items() if one.pod.containers])
def test_each_recorded_end_is_told_once_with_its_reason(play: Play, name: str) -> None:
    recorded = RECORDED[name]
    going = recorded.pod.deleting or recorded.pod.containers[KANIKO].exit_code is not None

    async def scenario(beside: Beside) -> None:
        beside.pod.write(recorded.log.encode())
        beside.at(3, beside.pod.end_log)
        shown = 3.0 if not recorded.timed_out else TIMEOUT if going else TIMEOUT - 1
        beside.shown_at(shown, recorded.pod)
        beside.at(TIMEOUT + PATIENCE, beside.told.set)
        await beside.sidecar().run()

    beside = play(scenario)
    outcome = beside.outcome()
    reason = recorded.reason.value if recorded.reason is not None else None
    assert outcome.get("reason") == reason
    assert kinds(beside) == ["complete" if reason is None else "failed"]
    assert outcome.get("image_digest") == (DIGEST if reason is None else None)


def test_the_outcome_is_signed_with_the_builds_own_key_and_has_its_id(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(3, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    beside = play(scenario)
    assert is_signed(KEY, beside.outcome())
    (event,) = beside.events()
    assert event.id == f"{BUILD}.outcome"
    assert event.extensions["buildid"] == BUILD


def test_without_a_key_the_outcome_is_not_signed(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.key = b""
        beside.shown_at(3, ended(1))
        await beside.sidecar().run()

    assert "signature" not in play(scenario).outcome()


def test_a_build_that_ended_before_the_sidecar_began_is_told(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.told.set()
        beside.pod.show(ended(3))
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.outcome()["reason"] == "build_exit"
    assert beside.published_at[0] < SETTLING


def test_an_end_that_is_shown_after_sigterm_is_waited_for(play: Play) -> None:
    """The kubelet tells the sidecar before the API shows why."""

    async def scenario(beside: Beside) -> None:
        beside.at(3, beside.told.set)
        beside.shown_at(3.1, ended(0, "Completed", DIGEST))
        beside.at(3.1, beside.pod.end_log)
        await beside.sidecar().run()

    beside = play(scenario)
    assert kinds(beside) == ["complete"]
    assert beside.published_at[0] < 4


def test_an_end_that_is_shown_long_after_sigterm_is_waited_for_too(play: Play) -> None:
    """Kaniko is not said to have failed because the API is slow."""

    async def scenario(beside: Beside) -> None:
        beside.at(3, beside.told.set)
        beside.shown_at(25, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["complete"]


def test_without_sigterm_an_end_that_is_shown_is_told(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(30, ended(3))
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["failed"]


def test_of_a_pod_that_is_to_go_the_end_is_waited_for_a_while(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(10, building(deleting=True))
        beside.at(10.5, beside.told.set)
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.outcome()["reason"] == "lost"
    assert 10 + SETTLING <= beside.published_at[0] < 10 + SETTLING + 3


def test_a_success_is_seen_even_when_its_pod_is_to_go(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(10, building(deleting=True))
        beside.shown_at(13, ended(0, "Completed", DIGEST, deleting=True))
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["complete"]


def test_a_pod_that_is_gone_is_lost(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(10, None)
        await beside.sidecar().run()

    assert play(scenario).outcome()["reason"] == "lost"


def unseen(beside: Beside, since: float, until: float) -> None:
    """Nothing is heard of the pod in that time."""

    async def away(call: str) -> None:
        if since <= asyncio.get_running_loop().time() < until and call == "pod.look":
            raise TransientError("away")

    beside.faults.pause = away
    beside.at(since, beside.pod.end_watches)


def test_a_pod_that_went_when_its_time_was_up_has_timed_out(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        unseen(beside, 5, TIMEOUT + 50)
        beside.shown_at(TIMEOUT + 1, None)
        await beside.sidecar().run()

    assert play(scenario).outcome()["reason"] == "timeout"


def test_a_success_that_is_heard_of_when_the_time_is_up_is_one(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        unseen(beside, 5, TIMEOUT + 50)
        beside.shown_at(TIMEOUT - 100, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["complete"]


def test_a_build_that_takes_too_long_is_told_and_its_sidecar_stays(play: Play) -> None:
    """If it ended before its build did, it would be started again."""

    async def scenario(beside: Beside) -> None:
        beside.pod.write(b"INFO[0001] Running: sleep 1000\n")
        beside.at(TIMEOUT + 60, beside.told.set)
        await beside.sidecar().run()
        assert asyncio.get_running_loop().time() >= TIMEOUT + 60

    beside = play(scenario)
    assert beside.outcome()["reason"] == "timeout"
    assert str(beside.outcome()["detail"]).endswith("\nINFO[0001] Running: sleep 1000")
    assert TIMEOUT <= beside.published_at[0] < TIMEOUT + 5


def test_the_time_of_a_build_begins_with_kaniko(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        started = beside.now() + 100 * 10**9
        beside.pod.show(waiting("PodInitializing"))
        beside.shown_at(100, building(ContainerStatus(running=True, started=started)))
        beside.at(TIMEOUT + 300, beside.told.set)
        await beside.sidecar().run()

    assert TIMEOUT + 100 <= play(scenario).published_at[0] < TIMEOUT + 105


def test_a_sidecar_that_was_started_again_goes_on_counting(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        started = beside.now() - int((TIMEOUT - 10) * 10**9)
        beside.pod.show(building(ContainerStatus(running=True, started=started)))
        beside.at(300, beside.told.set)
        await beside.sidecar().run()

    assert 10 <= play(scenario).published_at[0] < 15


def test_what_keeps_a_build_from_starting_is_told_when_patience_is_over(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.pod.show(waiting("ContainerCreating"))
        words = ("ErrImagePull", "ImagePullBackOff") * 6
        for step, word in enumerate(words):
            beside.shown_at(20 + 13 * step, waiting(word))
        beside.at(500, beside.told.set)
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.outcome()["reason"] == "image_pull"
    assert 20 + PATIENCE <= beside.published_at[0] < 20 + PATIENCE + 5


def test_what_no_longer_keeps_a_build_from_starting_is_forgotten(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.pod.show(waiting("ErrImagePull"))
        beside.shown_at(PATIENCE - 20, building())
        beside.shown_at(PATIENCE + 20, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["complete"]


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

    assert kinds(play(scenario)) == told


def test_of_a_build_that_nobody_knows_nothing_is_told(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        await beside.forget()
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()
        assert await beside.phase() is Phase.UNKNOWN

    assert kinds(play(scenario)) == []


@pytest.mark.parametrize("call", ["records.read", "records.write", "publisher.publish"])
@pytest.mark.parametrize("kind", [Kind.FAIL, Kind.LOSE])
def test_what_is_away_for_a_while_is_tried_again(play: Play, call: str, kind: Kind) -> None:
    async def scenario(beside: Beside) -> None:
        beside.faults.plan += nth(call, *range(1, 20), kind=kind)
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()
        assert await beside.phase() is Phase.FAILED

    beside = play(scenario)
    assert set(kinds(beside)) == {"failed"}
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
    assert kinds(beside) == ["failed"]
    assert 1000 <= beside.published_at[0] < 1020


def test_a_pod_that_cannot_be_seen_for_a_while_is_seen_later(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.faults.plan += nth("pod.look", *range(2, 12))
        for second in range(1, 60, 5):
            beside.at(second, beside.pod.end_watches)
        beside.shown_at(7, ended(3))
        beside.at(8, beside.told.set)
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["failed"]


def test_a_rival_that_decides_first_is_believed(play: Play) -> None:
    """Between our read and our write somebody has cancelled the build."""

    async def scenario(beside: Beside) -> None:
        async def cancel(call: str) -> None:
            if call == "records.write" and not beside.faults.calls[call]:
                await beside.open(opened(Phase.CANCELLED))

        beside.faults.pause = cancel
        beside.shown_at(3, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["cancelled"]


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
    assert set(kinds(beside)) == {"failed"}
    assert len({message.body for message in beside.published}) == 1


def test_the_outcome_is_told_before_the_log_is_sent(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.send = lambda: beside.order.append("sent")
        beside.pod.write(b"one\n\x1b[1mtwo a-secret\n")
        beside.shown_at(3, ended(3))
        beside.at(3, beside.pod.write, b"three")
        beside.at(4, beside.pod.end_log)
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.order == ["published", "sent"]
    assert beside.sent == ["one\n\\x1b[1mtwo [redacted]\nthree"]
    assert beside.outcome()["detail"] == "exit code 3\none\n\\x1b[1mtwo [redacted]\nthree"


@pytest.mark.parametrize("error", [TransientError("away"), OSError(28, "No space left")])
def test_a_log_that_cannot_be_sent_is_let_go(play: Play, error: Exception) -> None:
    async def scenario(beside: Beside) -> None:
        def fail() -> None:
            raise error

        beside.send = fail
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()

    beside = play(scenario)
    assert kinds(beside) == ["failed"]
    assert beside.sent == []


def test_a_log_without_end_does_not_hold_up_the_outcome(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.pod.write(b"more to come")
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.published_at[0] < 6
    assert beside.sent == ["more to come"]


@pytest.mark.parametrize("error", [TransientError("away"), SetupError("not permitted")])
def test_a_log_that_cannot_be_had_does_not_hold_up_the_outcome(
    play: Play, error: Exception
) -> None:
    async def scenario(beside: Beside) -> None:
        beside.log_error = error
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()

    assert play(scenario).outcome()["detail"] == "exit code 3"


def test_a_disk_that_is_full_does_not_hold_up_the_outcome(play: Play, tmp_path: Path) -> None:
    async def scenario(beside: Beside) -> None:
        sidecar = beside.sidecar()
        (tmp_path / "log").mkdir()  # no file can be written there
        beside.pod.write(b"one\ntwo")
        beside.shown_at(3, ended(3))
        await sidecar.run()

    assert kinds(play(scenario)) == ["failed"]


def test_news_that_come_often_are_all_seen(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        for step in range(200):
            beside.shown_at(step / 20, building(message=str(step)))
        beside.shown_at(10, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert kinds(play(scenario)) == ["complete"]


def test_nothing_is_told_of_a_build_that_goes_on(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.pod.show(PodStatus())
        beside.shown_at(5, waiting("PodInitializing"))
        beside.shown_at(10, building())
        running = asyncio.create_task(beside.sidecar().run())
        await asyncio.sleep(TIMEOUT - 1)
        assert not running.done()
        assert await beside.phase() is Phase.OPEN
        running.cancel()

    assert kinds(play(scenario)) == []
