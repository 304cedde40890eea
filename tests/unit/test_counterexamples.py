"""Histories that break a law as soon as one rule of the protocol is left out, told one by one."""

import pytest
from support import laws, processes
from support.happenings import History
from support.histories import end
from support.processes import Process
from support.producers import Choice, build_of, function_of

from knative_lambda.domain import events, names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import DesiredKind, Phase
from knative_lambda.domain.verdict import Verdict

F = function_of(Choice(function=1))
OLD, NEW = (names.job(F, build_of(F, f"start-{n}")) for n in (0, 1))


@pytest.fixture
def h() -> History:
    return History()


def start(h: History, n: int, url: str = "https://one.test") -> None:
    h.send("build.start", F, f"start-{n}", seconds=n, source_url=url)
    h.world.clock.advance(5)


def handle_all(h: History) -> None:
    while h.world.broker.ready:
        h.run(processes.consume(h.world, 0))


def build(h: History, job: str, reason: Reason | None = None) -> None:
    """The Job ends, and its sidecar says so."""
    h.world.end_job(job, reason)
    h.notice_ends()
    h.run(processes.sidecar(h.world, h.sidecars.pop()))


def stalled(h: History, call: str) -> Process:
    """A replica that handles what comes first, and stalls just before *call*."""
    process = processes.consume(h.world, 0)
    while process.at not in (call, None):
        process.step()
    assert process.at == call
    h.processes.append(process)
    return process


def phase(h: History, n: int) -> Phase:
    return laws.records(h.world)[0].builds[build_of(F, f"start-{n}")].phase


def test_a_pod_evicted_after_its_build_does_not_turn_success_into_failure(h: History) -> None:
    start(h, 0)
    handle_all(h)
    build(h, OLD)
    lost = Verdict(Reason.EVICTED, "the pod is gone")
    late = events.BuildEnded(request_id=build_of(F, "start-0"), now=h.world.clock(), verdict=lost)
    h.run(processes.tell(h.world, F, late))
    end(h)
    assert phase(h, 0) is Phase.COMPLETE


def test_a_cancelled_build_does_not_fail_as_well(h: History) -> None:
    start(h, 0)
    handle_all(h)
    h.send("build.cancel", F, "cancel", build_id=build_of(F, "start-0"))
    h.run(processes.consume(h.world, 0))
    build(h, OLD, Reason.BUILD_EXIT)
    end(h)
    assert phase(h, 0) is Phase.CANCELLED


def test_a_dead_sidecar_and_a_deleted_job_still_have_an_outcome(h: History) -> None:
    start(h, 0)
    handle_all(h)
    h.world.end_job(OLD, None)
    h.notice_ends()
    h.lose_sidecar(Choice())
    h.delete_job_by_hand(Choice())
    end(h)
    assert phase(h, 0) is Phase.FAILED


@pytest.mark.parametrize("call", ["deployer.create", "records.read", "deployer.bind"])
def test_a_crash_while_deploying_is_mended_by_the_redelivery(h: History, call: str) -> None:
    start(h, 0)
    handle_all(h)
    build(h, OLD)
    stalled(h, call).kill()
    h.reap()
    end(h)


def test_a_copy_that_creates_the_job_again_changes_no_outcome(h: History) -> None:
    start(h, 0)
    h.duplicate(Choice())
    copy = stalled(h, "runner.start")
    handle_all(h)
    build(h, OLD)
    handle_all(h)
    h.delete_job_by_hand(Choice())
    h.run(copy)
    h.world.end_job(OLD, Reason.BUILD_EXIT)
    h.notice_ends()
    end(h)
    assert phase(h, 0) is Phase.COMPLETE


def test_a_cancel_that_overtakes_its_start_wins(h: History) -> None:
    h.send("build.cancel", F, "cancel", build_id=build_of(F, "start-0"))
    handle_all(h)
    start(h, 0)
    end(h)
    assert phase(h, 0) is Phase.CANCELLED
    assert h.world.runner.started == []


@pytest.mark.parametrize("copy_first", [True, False])
def test_copies_of_a_start_that_meet_different_worlds_agree(h: History, copy_first: bool) -> None:  # noqa: FBT001
    start(h, 0)
    h.duplicate(Choice())
    copy = stalled(h, "records.write")
    h.run(processes.consume(h.world, 0))
    if copy_first:
        h.run(copy)
    build(h, OLD, Reason.BUILD_EXIT)
    end(h)
    assert phase(h, 0) is Phase.FAILED


def test_an_older_completion_that_stalled_does_not_overwrite_a_newer(h: History) -> None:
    start(h, 0)
    handle_all(h)
    build(h, OLD)
    old = stalled(h, "deployer.create")
    start(h, 1, "https://two.test")
    handle_all(h)
    build(h, NEW)
    handle_all(h)
    h.run(old)
    end(h)
    spec = h.world.deployer.specs[names.service(F)]
    assert spec is not None
    assert spec.build_id == build_of(F, "start-1")


@pytest.mark.parametrize("call", ["deployer.create", "records.read", "deployer.bind"])
@pytest.mark.parametrize("copies", [1, 2])
def test_a_late_completion_does_not_bring_a_deleted_function_back(
    h: History, call: str, copies: int
) -> None:
    start(h, 0)
    handle_all(h)
    build(h, OLD)
    if copies == 2:
        h.duplicate(Choice())
    held = stalled(h, call)
    if copies == 2:
        h.run(processes.consume(h.world, 0))
    h.send("service.delete", F, "delete", seconds=0)
    handle_all(h)
    h.run(held)
    assert h.world.deployer.triggers(names.service(F)) == {}
    end(h)
    assert h.world.deployer.specs == {}


def test_an_untimed_delete_that_is_repeated_leaves_a_newer_build_alone(h: History) -> None:
    h.send("service.delete", F, "delete")
    h.duplicate(Choice())
    h.run(processes.consume(h.world, 0))
    start(h, 1)
    h.run(processes.consume(h.world, len(h.world.broker.ready) - 1))
    build(h, NEW)
    end(h)
    desired = laws.records(h.world)[0].desired
    assert desired is not None
    assert desired.kind is DesiredKind.DEPLOYED


def test_a_build_that_ends_leaves_the_context_of_its_equal_alone(h: History) -> None:
    start(h, 0)
    handle_all(h)
    h.send("build.cancel", F, "cancel", build_id=build_of(F, "start-0"))
    h.run(processes.consume(h.world, 0))
    held = stalled(h, "contexts.delete")
    start(h, 1)
    h.run(processes.consume(h.world, 0))
    h.run(held)
    kept = [key for key in h.world.contexts._stored if build_of(F, "start-1")[:8] in key]
    assert len(kept) == 1
    end(h)


@pytest.mark.parametrize("who", ["sidecar", "start"])
def test_an_outcome_that_was_written_and_not_published_is_heard(h: History, who: str) -> None:
    start(h, 0, "https://broken.test" if who == "start" else "https://one.test")
    if who == "start":
        stalled(h, "publisher.publish").kill()
    else:
        handle_all(h)
        h.world.end_job(OLD, None)
        h.notice_ends()
        process = processes.sidecar(h.world, h.sidecars.pop())
        while process.at != "publisher.publish":
            process.step()
        process.kill()
    h.reap()
    end(h)


def test_a_start_that_fails_makes_no_other_give_way(h: History) -> None:
    start(h, 0)
    handle_all(h)
    start(h, 1, "https://broken.test")
    handle_all(h)
    build(h, OLD)
    end(h)
    assert (phase(h, 0), phase(h, 1)) == (Phase.COMPLETE, Phase.FAILED)


def test_nobody_sees_an_outcome_before_the_start(h: History) -> None:
    start(h, 0)
    stalled(h, "runner.start").kill()
    h.reap()
    end(h)
    kinds = [str(m.headers["type"]).rpartition(".")[2] for m in h.world.published]
    assert kinds.index("started") < kinds.index("complete")


def test_a_context_that_a_killed_start_left_is_swept(h: History) -> None:
    start(h, 0)
    stalled(h, "records.write").kill()
    h.world.broker.ready.clear()
    h.world.sent[0].replayable = False  # it went to the dead letters
    h.reap()
    end(h)
    assert h.world.contexts._stored == {}
