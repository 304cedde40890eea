"""What two replicas may have in hand at the same time, and what is to be served when both are done.

The events wait in the broker, in an order that says nothing of which is newer.
"""

from collections.abc import Callable

from support import processes
from support.happenings import History
from support.producers import Choice, build_of, function_of

from knative_lambda.domain import names

F = function_of(Choice(function=1))
NAME = names.service(F)

Meeting = Callable[[History], None]


def built(h: History, n: int) -> None:
    """The *n*-th build has ended, and its event waits, behind all that waits already."""
    waiting, h.world.broker.ready = h.world.broker.ready, []
    h.send("build.start", F, f"start-{n}", seconds=n, source_url=f"https://{n}.test")
    h.world.clock.advance(5)
    while h.world.broker.ready:
        h.run(processes.consume(h.world, 0))
    h.world.end_job(names.job(F, build_of(F, f"start-{n}")), None)
    h.notice_ends()
    h.run(processes.sidecar(h.world, h.sidecars.pop()))
    h.world.broker.ready[:0] = waiting


def two_builds(h: History) -> None:
    built(h, 0)
    built(h, 1)


def a_build_and_its_deletion(h: History) -> None:
    built(h, 0)
    h.send("service.delete", F, "delete", seconds=0)


def a_deletion_and_a_newer_build(h: History) -> None:
    h.send("service.delete", F, "delete", seconds=0)
    built(h, 1)


def a_build_twice(h: History) -> None:
    built(h, 0)
    h.world.broker.duplicate(0)


# Each with the build that is served in the end.
MEETINGS: tuple[tuple[Meeting, str | None], ...] = (
    (two_builds, build_of(F, "start-1")),
    (a_build_and_its_deletion, None),
    (a_deletion_and_a_newer_build, build_of(F, "start-1")),
    (a_build_twice, build_of(F, "start-0")),
)
