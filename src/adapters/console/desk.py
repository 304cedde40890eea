"""What the console looks with: ports that show, and change nothing."""

from collections.abc import Callable, Mapping

import attrs

from knative_lambda.domain.failures import Reason
from knative_lambda.ports.function_view import FunctionSight
from knative_lambda.ports.letter_notes import LetterNotes
from knative_lambda.ports.log_feed import LogFeeds
from knative_lambda.ports.watcher import Watcher


@attrs.frozen(kw_only=True)
class Desk:
    """All of it.

    Attributes:
        advice: What to do about each reason of a failure.
        now: UTC nanoseconds since 1970.
    """

    watcher: Watcher
    functions: FunctionSight
    letters: LetterNotes
    logs: LogFeeds
    advice: Mapping[Reason, str]
    now: Callable[[], int]
