"""The end of a build is seen when it is shown, and told of when its time is up."""

import asyncio

import pytest
from support.accompanied import TIMEOUT, Beside, Play
from support.pods import DIGEST, FETCHED, RECORDED, RUNNING, building, ended, waiting

from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.pod import (
    FETCH,
    KANIKO,
    SIDECAR,
    START_WITHIN,
    ContainerStatus,
    PodStatus,
)
from knative_lambda.domain.record import Phase
from knative_lambda.sidecar.watching import PATIENCE, SETTLING


def unseen(beside: Beside, since: float, until: float) -> None:
    """Nothing is heard of the pod in that time."""

    async def away(call: str) -> None:
        if since <= asyncio.get_running_loop().time() < until and call == "pod.look":
            raise TransientError("away")

    beside.faults.pause = away
    beside.at(since, beside.pod.end_watches)


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
    assert beside.kinds() == ["complete" if reason is None else "failed"]
    assert outcome.get("image_digest") == (DIGEST if reason is None else None)


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
    assert beside.kinds() == ["complete"]
    assert beside.published_at[0] < 4


def test_an_end_that_is_shown_long_after_sigterm_is_waited_for_too(play: Play) -> None:
    """Kaniko is not said to have failed because the API is slow."""

    async def scenario(beside: Beside) -> None:
        beside.at(3, beside.told.set)
        beside.shown_at(25, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert play(scenario).kinds() == ["complete"]


def test_without_sigterm_an_end_that_is_shown_is_told(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(30, ended(3))
        await beside.sidecar().run()

    assert play(scenario).kinds() == ["failed"]


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

    assert play(scenario).kinds() == ["complete"]


def test_a_pod_that_is_gone_is_lost(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.shown_at(10, None)
        await beside.sidecar().run()

    assert play(scenario).outcome()["reason"] == "lost"


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

    assert play(scenario).kinds() == ["complete"]


def test_a_build_that_takes_too_long_is_told_and_its_sidecar_stays(play: Play) -> None:
    """If it ended before its build did, it would be started again."""

    async def scenario(beside: Beside) -> None:
        beside.pod.write(b"INFO[0001] Running: sleep 1000\n")
        beside.at(TIMEOUT + 60, beside.told.set)
        await beside.sidecar().run()
        assert asyncio.get_running_loop().time() >= TIMEOUT + 60

    beside = play(scenario)
    assert beside.outcome()["reason"] == "timeout"
    assert beside.outcome()["detail"] == "the build took longer than it may, in `sleep 1000`"
    assert TIMEOUT <= beside.published_at[0] < TIMEOUT + 5


def test_the_time_of_a_build_begins_with_kaniko(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        started = beside.now() + 100 * 10**9
        beside.pod.show(waiting("PodInitializing"))
        beside.shown_at(100, building(ContainerStatus(running=True, started=started)))
        beside.at(TIMEOUT + 300, beside.told.set)
        await beside.sidecar().run()

    assert TIMEOUT + 100 <= play(scenario).published_at[0] < TIMEOUT + 105


SHORT = 60.0  # seconds that a build may take at least


def test_a_build_may_wait_longer_for_its_image_than_it_may_take(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.pod.show(waiting("PodInitializing"))
        started = beside.now() + (START_WITHIN - 1) * 10**9
        running = building(ContainerStatus(running=True, started=started))
        beside.shown_at(START_WITHIN - 1, running)
        beside.shown_at(START_WITHIN + SHORT - 2, ended(0, "Completed", DIGEST))
        await beside.sidecar(SHORT).run()

    assert play(scenario).kinds() == ["complete"]


@pytest.mark.parametrize(
    ("fetch", "reason"),
    [
        (FETCHED, "image_pull"),
        (RUNNING, "internal"),
        (ContainerStatus(waiting="PodInitializing"), "internal"),
    ],
)
def test_a_build_that_has_not_begun_in_ten_minutes_did_not_take_too_long(
    play: Play, fetch: ContainerStatus, reason: str
) -> None:
    waits = ContainerStatus(waiting="PodInitializing")

    async def scenario(beside: Beside) -> None:
        beside.pod.show(building(containers={SIDECAR: RUNNING, FETCH: fetch, KANIKO: waits}))
        beside.at(START_WITHIN + 60, beside.told.set)
        await beside.sidecar(SHORT).run()

    beside = play(scenario)
    assert beside.outcome()["reason"] == reason
    assert START_WITHIN <= beside.published_at[0] < START_WITHIN + 5


def test_the_ten_minutes_begin_with_the_pod(play: Play) -> None:
    """A node may have come late, and a sidecar may have been started again."""

    async def scenario(beside: Beside) -> None:
        created = beside.now() - 500 * 10**9
        beside.pod.show(waiting("PodInitializing", created=created))
        beside.at(200, beside.told.set)
        await beside.sidecar(SHORT).run()

    beside = play(scenario)
    assert START_WITHIN - 500 <= beside.published_at[0] < START_WITHIN - 495


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

    assert play(scenario).kinds() == ["complete"]


def test_a_pod_that_cannot_be_seen_for_a_while_is_seen_later(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        unseen(beside, 5, 40)
        beside.shown_at(7, ended(3))
        beside.at(8, beside.told.set)
        await beside.sidecar().run()

    assert play(scenario).kinds() == ["failed"]


def test_news_that_come_often_are_all_seen(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        for step in range(200):
            beside.shown_at(step / 20, building(message=str(step)))
        beside.shown_at(10, ended(0, "Completed", DIGEST))
        await beside.sidecar().run()

    assert play(scenario).kinds() == ["complete"]


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

    assert play(scenario).kinds() == []
