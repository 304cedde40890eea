"""Histories of builds that need no Job, which break a law once a rule of theirs is left out."""

import pytest
from support import laws, processes
from support.happenings import History
from support.histories import end
from support.processes import Process
from support.producers import Choice, build_of, function_of
from support.world import BASE

from knative_lambda.adapters.memory.faults import Kind
from knative_lambda.domain import names
from knative_lambda.domain.record import Build, DesiredKind, Phase
from knative_lambda.domain.strategy import Strategy

F = function_of(Choice(function=1))
PLAIN, LOCKED, COMPILED = "https://plain.test", "https://locked.test", "https://one.test"


@pytest.fixture
def h() -> History:
    return History()


def start(h: History, n: int, url: str = PLAIN, **more: object) -> None:
    h.send("build.start", F, f"start-{n}", seconds=n, source_url=url, **more)
    h.world.clock.advance(5)


def handle_all(h: History) -> None:
    while h.world.broker.ready:
        h.run(processes.consume(h.world, 0))


def stalled(h: History, call: str) -> Process:
    """A replica that handles what comes first, and stalls just before *call*."""
    process = processes.consume(h.world, 0)
    while process.at not in (call, None):
        process.step()
    assert process.at == call
    h.processes.append(process)
    return process


def made(h: History, n: int) -> Build:
    return laws.records(h.world)[0].builds[build_of(F, f"start-{n}")]


def built(h: History, n: int) -> None:
    """The Job of that build ends well, and its sidecar says so."""
    h.world.end_job(names.job(F, build_of(F, f"start-{n}")), None)
    h.notice_ends()
    h.run(processes.sidecar(h.world, h.sidecars.pop()))


def served(h: History) -> str | None:
    desired = laws.records(h.world)[0].desired
    return desired.build if desired is not None else None


def told(h: History) -> list[str]:
    return [str(m.headers["type"]).rpartition("lambda.")[2] for m in h.world.published]


def calls() -> list[str]:
    """Every call of a start that is appended, and of what follows from it, in its order."""
    h, seen = History(), []
    start(h, 0)
    while h.world.broker.ready:
        process = processes.consume(h.world, 0)
        while process.at is not None:
            seen.append(process.at)
            process.step()
    return seen


CALLS = calls()


def test_a_start_that_is_appended_goes_this_way() -> None:
    kinds = [call for call in CALLS if not call.startswith(("records", "publisher", "source"))]
    assert kinds[:6] == [
        "runner.list",
        "fetcher.fetch",
        "registry.digest",
        "registry.ensure",
        "assembler.assemble",
        "contexts.put",
    ]


@pytest.mark.parametrize("nth", range(len(CALLS)))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_call_is_mended_by_the_redelivery(h: History, nth: int, after: bool) -> None:  # noqa: FBT001 - drawn from a table
    start(h, 0)
    done = 0
    while h.world.broker.ready and done <= nth:
        process = processes.consume(h.world, 0)
        while process.at is not None and done < nth:
            process.step()
            done += 1
        if process.at is not None:
            if after:
                process.step()
            process.kill()
            break
    end(h)
    assert (made(h, 0).phase, served(h)) == (Phase.COMPLETE, made(h, 0).id)
    assert h.world.runner.started == []


@pytest.mark.parametrize("kind", [Kind.FAIL, Kind.LOSE])
def test_an_assembler_that_fails_or_whose_answer_is_lost_is_asked_again(
    h: History, kind: Kind
) -> None:
    start(h, 0)
    stalled(h, "assembler.assemble").fail(kind)
    h.reap()
    end(h)
    assert made(h, 0).phase is Phase.COMPLETE
    outcome = made(h, 0).outcome
    assert outcome is not None
    assert outcome.cached is (kind is Kind.LOSE)  # the tag is there, though nobody was told


def test_a_forced_build_that_was_killed_once_its_tag_was_there_is_not_told_as_cached(
    h: History,
) -> None:
    start(h, 0, force=True)
    stalled(h, "records.write").kill()
    h.reap()
    end(h)
    outcome = made(h, 0).outcome
    assert outcome is not None
    assert (made(h, 0).phase, outcome.cached) == (Phase.COMPLETE, False)


def test_a_cancel_that_comes_while_the_image_is_put_together_wins(h: History) -> None:
    start(h, 0)
    stalling = stalled(h, "assembler.assemble")
    h.send("build.cancel", F, "cancel", build_id=build_of(F, "start-0"))
    handle_all(h)
    h.run(stalling)
    end(h)
    assert (made(h, 0).phase, served(h)) == (Phase.CANCELLED, None)
    assert "build.complete" not in told(h)


def test_a_delete_that_comes_while_the_image_is_put_together_wins(h: History) -> None:
    start(h, 0)
    stalling = stalled(h, "records.write")
    h.send("service.delete", F, "delete", seconds=1)
    handle_all(h)
    h.run(stalling)
    end(h)
    desired = laws.records(h.world)[0].desired
    assert desired is not None
    assert desired.kind is DesiredKind.DELETED
    assert made(h, 0).phase is Phase.SUPERSEDED


def test_a_newer_build_that_is_appended_overtakes_an_older_one_that_kaniko_builds(
    h: History,
) -> None:
    start(h, 0, COMPILED)
    handle_all(h)
    start(h, 1)
    h.run(processes.consume(h.world, 0))
    built(h, 0)
    end(h)
    assert (made(h, 0).phase, made(h, 1).phase) == (Phase.SUPERSEDED, Phase.COMPLETE)
    assert served(h) == made(h, 1).id


def test_an_older_build_that_stalled_does_not_overtake_a_newer_one(h: History) -> None:
    start(h, 0)
    stalling = stalled(h, "assembler.assemble")
    start(h, 1, "https://branch.test")
    handle_all(h)
    h.run(stalling)
    end(h)
    assert (made(h, 0).phase, made(h, 1).phase) == (Phase.SUPERSEDED, Phase.COMPLETE)
    assert served(h) == made(h, 1).id


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_copies_one_may_append_what_the_other_leaves_to_kaniko(
    h: History, first: int
) -> None:
    start(h, 0)
    h.duplicate(Choice())
    h.world.assembler.bases = frozenset()
    copies = [stalled(h, "contexts.put")]
    h.world.assembler.bases = frozenset({BASE})
    copies.append(stalled(h, "contexts.put"))
    for copy in (copies[first], copies[1 - first]):
        h.run(copy)
    end(h)
    appended = first == 1
    assert made(h, 0).phase is Phase.COMPLETE
    assert (made(h, 0).strategy is Strategy.APPEND) is appended
    assert bool(h.world.runner.started) is not appended


def test_a_layer_of_one_function_is_no_layer_of_another(h: History) -> None:
    other = function_of(Choice())
    for function in (other, F):
        h.send("build.start", function, "start-0", source_url=LOCKED)
        h.world.clock.advance(5)
        handle_all(h)
        h.world.end_job(names.job(function, build_of(function, "start-0")), None)
        h.notice_ends()
        h.run(processes.sidecar(h.world, h.sidecars.pop()))
        handle_all(h)
    assert [job.split("-")[0] for job in h.world.runner.started] == ["build", "build"]
    assert len(h.world.assembler._kept) == 2
    end(h)


@pytest.mark.parametrize("kind", [Kind.FAIL, Kind.LOSE])
def test_what_could_not_be_kept_is_installed_again(h: History, kind: Kind) -> None:
    start(h, 0, LOCKED)
    handle_all(h)
    built(h, 0)
    stalled(h, "assembler.keep").fail(kind)
    h.reap()
    h.move_branch(Choice())
    start(h, 1, LOCKED)
    end(h)
    strategy = Strategy.KANIKO if kind is Kind.FAIL else Strategy.APPEND
    assert (made(h, 1).phase, made(h, 1).strategy) == (Phase.COMPLETE, strategy)
    assert served(h) == made(h, 1).id
