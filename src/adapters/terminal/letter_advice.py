"""What to do about a dead letter."""

from typing import Final

from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.letters import Letter, Reading

_BY_ITS_ID: Final = {Rejection.STALE.value, Rejection.ID_REUSED.value}


def is_refused_for_its_id(letter: Letter) -> bool:
    """Whether it would be taken with an id of its own."""
    return letter.reason in _BY_ITS_ID


def next_step(letter: Letter, reading: Reading) -> str:
    """The next step for a letter of the service's queue."""
    purge = f"knative-lambda dlq purge {letter.id}"
    if is_refused_for_its_id(letter):
        return f"send a new event, with an id of its own, and then: {purge}"
    if reading.refusal is not None:
        return f"mend what is wrong and send a new event, and then: {purge}"
    return f"mend the cause, and then: knative-lambda dlq replay {letter.id}"


def next_step_of_function(letter: Letter) -> str:
    """The next step for an event that its function did not take."""
    purge = f"knative-lambda dlq purge --functions {letter.id}"
    return f"see in the log of its function why, have the event sent again, and then: {purge}"
