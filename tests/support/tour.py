"""Every kind of event, told in every phase: some of these meet too rarely to be left to chance."""

from collections.abc import Mapping, Sequence
from typing import Final

from support.happenings import History
from support.histories import end
from support.late import late_events
from support.producers import Choice, build_of, function_of
from support.world import World

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
