"""Port: the place of build contexts, and of what builds leave behind."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import attrs

from knative_lambda.domain.errors import SetupError


def too_large(key: str, most: int) -> SetupError:
    """The error for what is more than one can take."""
    return SetupError(f"{key}: has more than {most} bytes, which nothing of ours does")


@attrs.frozen
class StoredContext:
    """What is there, a context or a log; *stored_at* in UTC nanoseconds since 1970."""

    key: str
    stored_at: int


class ContextStore(Protocol):
    """Where contexts wait for their Jobs, and logs of builds for their readers.

    Laws (`tests/contracts/context_store.py`):

    - What was put is what a download of its presigned URL gives, byte for byte.
    - What is fetched by its key is the same, or an error if that is more than one can take.
    - A key is written once: a second put of it says so and changes nothing; it reads nothing
      either, unless it takes itself for the first.
    - What is sent to a URL for sending is stored under its key, over what was there; nothing else
      can be done with it.
    - A put that fails midway leaves nothing under its key.
    - `list` gives exactly what was put or sent and not deleted.
    - Deleting what is not there is no error.
    """

    async def put(self, key: str, pieces: Iterable[bytes], *, first: bool = False) -> bool:
        """Store *pieces* under *key* with bounded memory; false if the key was there already.

        Args:
            key: Of the context.
            pieces: Of its content.
            first: Most likely nothing is there; may spare a look.

        Raises:
            TransientError: The store cannot be reached.
        """
        ...

    async def presign(self, key: str, expires_in: int) -> str:
        """A URL that gives the context for *expires_in* seconds, without a credential."""
        ...

    async def presign_put(self, key: str, expires_in: int) -> str:
        """A URL to send what is to be stored under *key* to, valid like that of `presign`."""
        ...

    async def fetch(self, key: str, most: int) -> bytes | None:
        """What is stored under *key*, whole; `None` if nothing is.

        Raises:
            SetupError: It has more than *most* bytes, or may not be read.
            TransientError: The store cannot be reached.
        """
        ...

    async def list(self) -> Sequence[StoredContext]:
        """All contexts, in no particular order."""
        ...

    async def delete(self, key: str) -> None:
        """Delete the context, if it is there."""
        ...
