"""How events come to a function: what its Trigger's dispatcher does with a queue of RabbitMQ.

The dispatcher holds an event until the function has taken it or all is tried, and RabbitMQ takes an
event that is held for 30 minutes away and ends the dispatcher's channel: that event would come
again and again, and never be a dead letter.
"""

from typing import Final

from knative_lambda.domain.request import Scaling

_PREFETCHED: Final = 100  # events that are taken from the queue at once
_WAITS: Final = (2, 4, 8, 16, 32)  # seconds before each further try, as in the template
_LONGEST: Final = 1700  # seconds that one event may be held, a little below RabbitMQ's 1,800


def at_once(scaling: Scaling) -> int:
    """How many events may be under way: what all replicas take, and no more than are fetched."""
    return min(_PREFETCHED, scaling.maximum * scaling.concurrency or _PREFETCHED)


def retries(timeout_seconds: int) -> int:
    """How often an event is tried again, if each try may last so long: at most five times."""
    held = timeout_seconds
    for often, wait in enumerate(_WAITS):
        held += wait + timeout_seconds
        if held > _LONGEST:
            return often
    return len(_WAITS)
