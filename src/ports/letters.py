"""Dead letters as values: what is kept of a message, and what it says when it is read again."""

from collections.abc import Mapping
from typing import Final

import attrs

from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.event_source import Failure, Message

UNKNOWN: Final = "unknown"


@attrs.frozen(kw_only=True)
class Letter:
    """A message that was given up.

    Attributes:
        id: Names it for as long as it is there: hex digits.
        properties: Those of the message that its headers and its body do not tell.
        reason: Of our closed list, or the broker's own, or `UNKNOWN`.
        arrived: When it first came, UTC nanoseconds since 1970, if that is known.
        kept_at: When it was given up, likewise.
        attempts: How often it failed and was put back.
        set_aside: How often a limit has made it wait.
        replays: How often it was sent again from here.
        failures: The first and the newest of its failed attempts.
    """

    id: str
    message: Message
    properties: Mapping[str, str] = attrs.field(factory=dict)
    reason: str = UNKNOWN
    detail: str = ""
    arrived: int | None = None
    kept_at: int | None = None
    attempts: int = 0
    set_aside: int = 0
    replays: int = 0
    failures: tuple[Failure, ...] = ()


@attrs.frozen
class Reading:
    """What a message says.

    Attributes:
        event: What it holds, if that can be read.
        function: The function that it is about, if it names one.
        refusal: What is wrong with it, if that can be told by looking at it alone.
    """

    event: CloudEvent | None
    function: FunctionId | None
    refusal: PermanentError | None
