"""Histories of the whole system: replicas, duplicates, disorder, delays, failures and deaths."""

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from support import laws, processes
from support.happenings import HAPPENINGS, History
from support.producers import Choice
from support.world import SECOND, hold

_ROUNDS = 400  # of coming to rest; far more than any history needs

choices = st.builds(
    Choice,
    function=st.integers(0, 3),
    number=st.integers(0, 3),
    index=st.integers(0, 7),
    seconds=st.sampled_from((None, None, -3600, -50, -20, -10, 0, 5000)),
    more=st.integers(0, 9),
)


class Histories(RuleBasedStateMachine):
    """One run is one history; its end is a world at rest, where every law is checked."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()

    @rule(what=st.sampled_from(HAPPENINGS), choice=choices)
    def happens(self, what: str, choice: Choice) -> None:
        getattr(self.history, what)(choice)

    def teardown(self) -> None:
        end(self.history)


def end(history: History) -> None:
    """Bring *history* to rest, repeat everything, let the ages pass, and check every law."""
    world = history.world
    come_to_rest(history)
    if history.forsaken:
        history.run(processes.sweep(world))
    before = laws.snapshot(world)
    for sent in world.sent:
        if sent.replayable and laws.was_acknowledged(world, sent.message):
            world.broker.send(sent.message)
            world.broker.duplicate(-1)
    come_to_rest(history)
    hold(2, laws.snapshot(world) == before, "a repeat has changed the world")
    for hours in (25, 7 * 24):
        world.clock.advance(hours * 3600)
        for _ in range(2):
            history.run(processes.sweep(world))
            _drain(history)
        laws.check_law_9_for_contexts(world)
    laws.at_rest(world, history.outside, history.late)


def come_to_rest(history: History) -> None:
    """No more faults: let everything that is under way end."""
    world = history.world
    for _ in range(_ROUNDS):
        _drain(history)
        running = [j.name for _, j in world.runner._jobs.values() if j.verdict is None]
        for job in running:
            world.end_job(job, None)
        history.notice_ends()
        for ended in list(history.sidecars):
            history.sidecars.remove(ended)
            history.run(processes.sidecar(world, ended))
        if world.broker.delayed:
            due = min(at for at, _ in world.broker.delayed)
            world.clock.advance(max(0, due - world.clock()) / SECOND + 1)
            world.broker.wake()
        elif not world.broker.ready and not running:
            if all(build.settled for _, build in laws.builds(world)):
                return
            world.clock.advance(301)
            history.run(processes.sweep(world))
    hold(1, False, "the world does not come to rest")  # noqa: FBT003 - the end of the road


def _drain(history: History) -> None:
    broker = history.world.broker
    while history.processes or broker.ready:
        while history.processes:
            history.run(history.processes[0])
        hold(11, not broker.in_flight, "a delivery is held while a build runs")
        if broker.ready:
            history.run(processes.consume(history.world, 0))
