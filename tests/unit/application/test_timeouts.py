"""A build that is given up while its Job runs on: the Job is stopped, wherever one is killed."""

import pytest
from support import processes
from support.happenings import History
from support.histories import end
from support.producers import Choice, build_of, function_of

from knative_lambda.domain import names
from knative_lambda.domain.events import BuildEnded
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import Verdict

F = function_of(Choice(function=1))
BUILD = build_of(F, "start-0")
JOB = names.job(F, BUILD)
GIVEN_UP = Verdict(Reason.TIMEOUT, "the build took longer than it may")
CALLS = 6  # more than the handling of a `build.failed` has


@pytest.fixture
def h() -> History:
    """Of one build, which runs on although its sidecar has given it up, and has told so."""
    h = History()
    h.send("build.start", F, "start-0", source_url="https://one.test")
    h.run(processes.consume(h.world, 0))
    while h.world.broker.ready:
        h.run(processes.consume(h.world, 0))
    late = BuildEnded(request_id=BUILD, now=h.world.clock(), verdict=GIVEN_UP)
    h.run(processes.tell(h.world, F, late))
    assert JOB in h.world.runner._jobs
    return h


def test_law_9_it_is_stopped_once_its_outcome_is_heard(h: History) -> None:
    h.run(processes.consume(h.world, 0))
    assert JOB not in h.world.runner._jobs
    end(h)


@pytest.mark.parametrize("calls", range(CALLS))
def test_law_9_it_is_stopped_by_the_next_who_hears_it_if_the_first_is_killed(
    h: History, calls: int
) -> None:
    process = processes.consume(h.world, 0)
    for _ in range(calls):
        process.step()
    process.kill()
    while h.world.broker.ready:
        h.run(processes.consume(h.world, 0))
    assert JOB not in h.world.runner._jobs
    end(h)


def test_an_outcome_that_nobody_heard_is_told_by_a_sweep_although_the_job_runs_on(
    h: History,
) -> None:
    h.world.broker.ready.clear()
    h.world.published.clear()
    h.world.clock.advance(61)
    h.run(processes.sweep(h.world))
    (told,) = h.world.published
    assert told.headers["id"] == names.event(BUILD, "outcome")
    h.run(processes.consume(h.world, 0))
    assert JOB not in h.world.runner._jobs
