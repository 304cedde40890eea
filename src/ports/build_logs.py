"""Port: what builds write, for as long as they are where they run."""

from collections.abc import AsyncIterator
from typing import Protocol


class BuildLogs(Protocol):
    """The logs of Jobs.

    Laws (`tests/contracts/build_logs.py`):

    - What a build has written so far is given from its first byte, and nothing of another's.
    - Followed, what it writes afterwards is given too, until it has ended.
    - Of a Job that is not there, or has not begun to build, there is nothing to be read yet.
    """

    async def open(self, job: str, *, follow: bool) -> AsyncIterator[bytes] | None:
        """The log of the Job of that name, piece by piece; `None` if there is nothing to be read.

        The iterator raises what this does.

        Raises:
            SetupError: It may not be read.
            TransientError: It cannot be reached, or broke off.
        """
        ...
