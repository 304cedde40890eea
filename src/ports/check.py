"""Port: whether something that the service depends on is as it needs it."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

import attrs


class Severity(Enum):
    """How much it matters: only the last keeps the service from its work."""

    OK = "ok"
    WARNING = "warning"
    FAIL = "fail"


@attrs.frozen
class Finding:
    """One thing that was seen to.

    Attributes:
        subject: What, in one or two words, such as `bucket` or `broker rights`.
        text: What was found, as a sentence that holds no secret.
        mend: What mends it: a command, where there is one. Empty when all is well.
    """

    subject: str
    severity: Severity
    text: str
    mend: str = ""


def fine(subject: str, text: str) -> Finding:
    """All is well with it."""
    return Finding(subject, Severity.OK, text)


def doubtful(subject: str, text: str, mend: str) -> Finding:
    """The service works, but not as well as it could; or it cannot be seen from here."""
    return Finding(subject, Severity.WARNING, text, mend)


def broken(subject: str, text: str, mend: str) -> Finding:
    """The service cannot work as it is."""
    return Finding(subject, Severity.FAIL, text, mend)


class Check(Protocol):
    """Looks, and leaves nothing behind.

    Laws (`tests/integration/doctor`):

    - What is as it should be is never found broken.
    - What is found broken has something that mends it.
    - Of what depends on something broken nothing is said.
    """

    @property
    def subject(self) -> str:
        """What it sees to, if it has found nothing."""
        ...

    async def findings(self) -> Sequence[Finding]:
        """What there is to say, in an order of its own.

        Raises:
            BuilderError: It could not be looked at; the message says what to do.
        """
        ...
