"""What goes wrong between a client and the API, as a test orders it."""

from collections.abc import Callable
from enum import Enum
from random import Random

import attrs
from support.kubernetes import statuses
from support.kubernetes.requests import Asked
from support.kubernetes.resources import Object


class Loss(Enum):
    """How a call gets no answer."""

    BEFORE = "the connection breaks before anything is done"
    AFTER = "the connection breaks after it is done"
    HANG = "nothing is done, and nothing is said"
    HANG_AFTER = "it is done, and nothing is said"


class Lost(Exception):  # noqa: N818 - no answer is no error of the server
    """The client gets no answer, or no end of one."""


_SAID: dict[int, tuple[str, str]] = {
    401: ("Unauthorized", "Unauthorized"),
    409: ("Conflict", f"Operation cannot be fulfilled: {statuses.LOCK}"),
    422: ("Invalid", "the server rejected our request due to an error in our request"),
    429: ("TooManyRequests", "Too many requests, please try again later."),
    500: ("InternalError", "Internal error occurred: etcdserver: leader changed"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: ("Timeout", "Timeout: request did not complete within the allotted timeout"),
}

Predicate = Callable[[Asked], bool]


@attrs.define
class Fault:
    """What befalls the calls that it is about.

    Attributes:
        outcome: A status of HTTP, or a loss.
        about: Which calls.
        times: How many of them still; `None` for all.
        probability: That one of them is hit.
        message: In place of the usual words.
        retry_after: Seconds, said beside a status.
        hits: How many it has hit.
    """

    outcome: int | Loss
    about: Predicate
    times: int | None = None
    probability: float = 1.0
    message: str = ""
    retry_after: int | None = None
    hits: int = 0

    def refusal(self) -> statuses.Refused:
        """Its status as an answer."""
        assert isinstance(self.outcome, int)
        reason, words = _SAID.get(self.outcome, ("", f"status {self.outcome}"))
        found: Object = statuses.status(self.outcome, reason, self.message or words)
        waits = self.retry_after
        if waits is None and self.outcome == 429:
            waits = 1
        if waits is not None:
            found["details"] = {"retryAfterSeconds": waits}
        return statuses.Refused(found, retry_after=waits)


@attrs.define(eq=False)
class Faults:
    """All faults that are ordered; the first that is about a call decides.

    Attributes:
        down: Whether the API refuses every connection's request by closing it.
    """

    random: Random = attrs.field(factory=lambda: Random(0))  # noqa: S311 - to be repeatable
    down: bool = False
    _ordered: list[Fault] = attrs.field(factory=list, init=False)

    def add(  # noqa: PLR0913 - each of them says which calls, or what befalls them
        self,
        outcome: int | Loss,
        *,
        verb: str = "",
        resource: str = "",
        name: str = "",
        subresource: str | None = None,
        user: str = "",
        times: int | None = None,
        probability: float = 1.0,
        message: str = "",
        retry_after: int | None = None,
        when: Predicate = lambda _asked: True,
    ) -> Fault:
        """Order a fault; it says how often it has hit. What is left empty selects everything."""

        def about(asked: Asked) -> bool:
            return (
                verb in ("", asked.verb)
                and resource in ("", asked.resource.plural, asked.resource.qualified)
                and name in ("", asked.about)
                and subresource in (None, asked.subresource)
                and user in ("", asked.user)
                and when(asked)
            )

        fault = Fault(outcome, about, times, probability, message, retry_after)
        self._ordered.append(fault)
        return fault

    def clear(self) -> None:
        """No faults any more, and the API is up."""
        self._ordered.clear()
        self.down = False

    def of(self, asked: Asked) -> Fault | None:
        """What befalls this call."""
        if self.down:
            return Fault(Loss.BEFORE, lambda _asked: True)
        for fault in self._ordered:
            due = fault.times is None or fault.hits < fault.times
            if due and fault.about(asked) and self.random.random() < fault.probability:
                fault.hits += 1
                return fault
        return None
