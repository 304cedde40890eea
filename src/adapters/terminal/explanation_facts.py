"""The whole story of a build, as values that JSON has."""

from knative_lambda.adapters.terminal.build_diagnosis import diagnosis
from knative_lambda.adapters.terminal.build_facts import build_facts
from knative_lambda.adapters.terminal.build_moments import moments
from knative_lambda.adapters.terminal.seen_now import seen_now
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.record import Phase
from knative_lambda.ports.build_view import BuildView


def standing(view: BuildView) -> str:
    """The phase in the record; `rejected` or `unknown` for what no record has."""
    if view.build is not None:
        return view.build.phase.value
    return "rejected" if view.letter is not None else Phase.UNKNOWN.value


def explanation_facts(view: BuildView, now: int) -> dict[str, object]:
    """All there is to tell of the build of *view*, as of *now* (UTC nanoseconds since 1970)."""
    found, function, record, build = diagnosis(view), view.function, view.record, view.build
    return {
        "build_id": view.build_id,
        "third_party_id": function.third_party_id if function is not None else None,
        "parser_id": function.parser_id if function is not None else None,
        "standing": standing(view),
        "build": build_facts(record, build, now) if record and build else None,
        "dead_letter": view.letter.letter.id if view.letter is not None else None,
        "story": [
            {"at": format_instant(at) if at is not None else None, "text": text}
            for at, text in moments(view)
        ],
        "seen_now": list(seen_now(view)),
        "not_seen": list(view.unseen),
        "log_end": list(view.log),
        "why": found.why,
        "said": found.said or None,
        "next": [
            {"for": step.reader.value, "text": step.text, "command": step.command}
            for step in found.steps
        ],
    }
