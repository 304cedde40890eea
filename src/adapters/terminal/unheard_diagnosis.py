"""Why something about a build was given up, or why no record has it; and what to do."""

from typing import Final

from knative_lambda.adapters.terminal import typed
from knative_lambda.adapters.terminal.diagnosis import Diagnosis, Step, operator, tenant
from knative_lambda.adapters.terminal.letter_advice import is_refused_for_its_id
from knative_lambda.adapters.terminal.letters import kind
from knative_lambda.ports.build_view import BuildView, GivenUp

_UNKNOWN: Final = "no record has it: it waits, or its source is being packed, or it never came"
_FORGOTTEN: Final = "builds are remembered for 7 days"


def of_letter(view: BuildView, given_up: GivenUp) -> Diagnosis:
    """Of a build about which an event was given up."""
    letter, reading = given_up.letter, given_up.reading
    event = kind(reading.event.type if reading.event is not None else None)
    said = f"{letter.reason}: {letter.detail}" if letter.detail else letter.reason
    return Diagnosis(f"its {event} was given up", _steps(view, given_up), said)


def of_unknown(view: BuildView) -> Diagnosis:
    """Of a build that no record has, and no dead letter is about."""
    look = tenant("look again", f"knative-lambda explain {view.build_id}")
    known = operator("see that nothing of it was given up", typed.LETTERS)
    if not view.places.letters:
        known = operator("see what is known at all", typed.LIST)
    if view.limit:
        why = "no record has it; if it was asked for, it waits for its turn"
        return Diagnosis(why, (look, known), view.limit)
    return Diagnosis(_UNKNOWN, (look, known), _FORGOTTEN)


def _steps(view: BuildView, given_up: GivenUp) -> tuple[Step, ...]:
    letter = given_up.letter
    purge = operator("then have the letter removed", f"knative-lambda dlq purge {letter.id}")
    if is_refused_for_its_id(letter):
        return tenant("submit it again, with another id", typed.submit(view)), purge
    if given_up.reading.refusal is not None:
        return tenant("mend what is said there, and submit it again", typed.submit(view)), purge
    return (
        operator("see all of it, and mend the cause", f"knative-lambda dlq show {letter.id}"),
        operator("then send it again", f"knative-lambda dlq replay {letter.id}"),
    )
