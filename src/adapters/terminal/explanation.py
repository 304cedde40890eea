"""The whole story of a build for a person: what happened, why it is so, and the next step."""

from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.terminal import typed
from knative_lambda.adapters.terminal.build_diagnosis import diagnosis
from knative_lambda.adapters.terminal.build_facts import moment
from knative_lambda.adapters.terminal.build_moments import moments
from knative_lambda.adapters.terminal.diagnosis import Diagnosis, Reader
from knative_lambda.adapters.terminal.explanation_facts import standing
from knative_lambda.adapters.terminal.printable import cut
from knative_lambda.adapters.terminal.sections import in_sections
from knative_lambda.adapters.terminal.seen_now import seen_now
from knative_lambda.adapters.terminal.table import named
from knative_lambda.domain.printable import printable
from knative_lambda.domain.record import Build
from knative_lambda.ports.build_view import BuildView

_WHEN: Final = 20  # characters of a moment
_LONGEST: Final = 500  # characters of what somebody said of the reason
_LINES: Final = 20  # of what an outcome has of a log
_TITLES: Final = {
    Reader.TENANT: "Next, for whoever wrote the function",
    Reader.OPERATOR: "Next, for whoever runs the service",
}


def explanation(view: BuildView) -> str:
    """All there is to tell of the build of *view*; it ends with what to do."""
    found = diagnosis(view)
    story = [_line(at, text) for at, text in moments(view)]
    whole = typed.build_command(view, "logs")
    return in_sections(
        {
            _title(view): story or ["nothing is known to have happened to it"],
            "Seen now": list(map(printable, seen_now(view))),
            "Not seen": list(map(printable, view.unseen)),
            f"The end of its log; all of it: {whole}": view.log,
            "The end of its log, as its outcome has it": [] if view.log else _kept(view.build),
            "Why": list(_why(found)),
            **_next(found),
        }
    )


def _title(view: BuildView) -> str:
    build = view.build
    whose = f" of {named(view.function)}" if view.function is not None else ""
    reason = build.outcome.reason if build is not None and build.outcome is not None else None
    why = f", {reason.value}" if reason is not None else ""
    return f"Build {view.build_id}{whose}: {standing(view)}{why}"


def _line(at: int | None, text: str) -> str:
    when = moment(at) if at is not None else ""
    return f"{when:<{_WHEN}}  {printable(text)}"


def _kept(build: Build | None) -> list[str]:
    detail = build.outcome.detail if build is not None and build.outcome is not None else ""
    _first, *more = printable(detail, kept="\n\t").splitlines() or [""]
    return more[-_LINES:]


def _why(found: Diagnosis) -> Iterator[str]:
    yield printable(found.why)
    if found.said:
        yield cut(printable(found.said), _LONGEST)


def _next(found: Diagnosis) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for step in found.steps:
        lines = (printable(step.text), f"  {printable(step.command)}")
        told.setdefault(_TITLES[step.reader], []).extend(lines)
    return told
