"""Port: the dead letters of the service, as anybody sees them who may look."""

from collections.abc import AsyncGenerator
from typing import Protocol

from knative_lambda.ports.letters import Letter


class LetterSight(Protocol):
    """Shows dead letters, and changes nothing.

    Laws (`tests/contracts/letter_sight.py`):

    - All are seen as they came, each with why it was given up, in the order in which they were.
    - Of no more than were asked for anything is fetched, while the count is of all.
    - What was seen is still there afterwards, and is seen again.
    - Where there is none, none is seen.
    """

    async def count(self) -> int:
        """How many there are.

        Raises:
            SetupError: They may not be seen.
            TransientError: They cannot be reached; so for both methods.
        """
        ...

    def letters(self, most: int) -> AsyncGenerator[Letter, None]:
        """The oldest, at most that many; for as long as it is read, others may not see them."""
        ...
