"""Every kind of event, told in every phase, and what seldom goes wrong: not left to chance."""

from collections.abc import Mapping, Sequence
from typing import Final

from support import processes
from support.appended import LOCKED
from support.happenings import History
from support.histories import end
from support.late import late_events
from support.producers import URLS, Choice, build_of, function_of
from support.world import World

from knative_lambda.adapters.memory.faults import Kind
from knative_lambda.domain.record import Phase

_START: Final = (("start", Choice(seconds=-20)), ("handle", Choice()))
_REPORT: Final = (("report", Choice()), ("finish", Choice()))
_COMPLETE: Final = (*_START, ("end_job", Choice()), *_REPORT)

# How a request comes to each phase; it is the first that is sent.
_WAYS: Final[Mapping[Phase, Sequence[tuple[str, Choice]]]] = {
    Phase.UNKNOWN: (),
    Phase.OPEN: _START,
    Phase.COMPLETE: _COMPLETE,
    Phase.FAILED: (*_START, ("end_job", Choice(more=7)), *_REPORT),
    Phase.CANCELLED: (*_START, ("cancel", Choice()), ("handle", Choice())),
    Phase.SUPERSEDED: (*_START, ("start", Choice(number=1, seconds=0)), ("handle", Choice())),
    Phase.SETTLED: (*_COMPLETE, ("handle", Choice())),
    Phase.APPLIED: (("delete", Choice()), ("handle", Choice())),
}
# Calls that few histories come to, and how the delivery comes to them that makes them.
_LOCKED: Final = Choice(seconds=-20, more=URLS.index(LOCKED))
_TROUBLES: Final[Sequence[tuple[Sequence[tuple[str, Choice]], str]]] = (
    (_START[:1], "runner.start"),
    ((("start", _LOCKED), *_COMPLETE[1:]), "assembler.keep"),
)
_VARIANT: Final = 3
_FUNCTION: Final = function_of(Choice())
_KINDS: Final = len(late_events(World(), _FUNCTION, build_of(_FUNCTION, "start-0"), _VARIANT))


def tour() -> None:
    """Take a history for each phase and kind of event to its end.

    Raises:
        LawBrokenError: By one of them.
    """
    for phase, way in _WAYS.items():
        name = "operation-0" if phase is Phase.APPLIED else "start-0"
        for kind in range(_KINDS):
            history = History()
            for what, choice in way:
                getattr(history, what)(choice)
            request = build_of(_FUNCTION, name)
            history.tell(_FUNCTION, late_events(history.world, _FUNCTION, request, _VARIANT)[kind])
            end(history)
    for way, call in _TROUBLES:
        history = History()
        for what, choice in way:
            getattr(history, what)(choice)
        process = processes.consume(history.world, 0)
        while process.at != call:
            process.step()
        process.fail(Kind.FAIL)
        history.run(process)
        end(history)
