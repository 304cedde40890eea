"""How the container that fetches a build's context ends: its exit codes, and what each means."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from knative_lambda.domain.failures import Reason


class FetchExit(IntEnum):
    """Exit codes; anything else is a bug, or a kill."""

    DONE = 0
    SETTINGS = 2
    EXPIRED = 3
    MISMATCH = 4
    UNREACHABLE = 5
    MISSING = 6
    NO_ROOM = 7
    DENIED = 8


# The context is there and right when its URL is signed, so all but a wait too long is our fault.
REASONS: Final[Mapping[int, Reason]] = {FetchExit.EXPIRED: Reason.UNSCHEDULABLE}
