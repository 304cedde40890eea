"""Port: the pod that a sidecar runs in, and the log of the build beside it."""

from collections.abc import AsyncIterator
from typing import Protocol

from knative_lambda.domain.pod import PodStatus


class OwnPod(Protocol):
    """The sidecar's own pod.

    Laws (`tests/contracts/own_pod.py`):

    - `look` gives the pod as it is now, from no cache; `None` once it is gone.
    - `changes` gives it again whenever it has changed since it was last given, and ends when the
      watch does: whoever wants more looks first and watches again.
    - `log` gives what the build wrote, from its first byte, and ends when the build has.
    """

    async def look(self) -> PodStatus | None:
        """The pod as it is now.

        Raises:
            SetupError: It may not be seen; so for each method.
            TransientError: The API cannot be reached; so for each method.
        """
        ...

    def changes(self) -> AsyncIterator[PodStatus]:
        """The pod as it changes from when it was last looked at, until the watch ends."""
        ...

    def log(self) -> AsyncIterator[bytes]:
        """The log of the build's container, piece by piece."""
        ...
