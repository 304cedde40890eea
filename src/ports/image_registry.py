"""Port: the image registry, as far as the service itself asks it."""

from typing import Protocol


class ImageRegistry(Protocol):
    """Where images are.

    Laws (`tests/contracts/image_registry.py`):

    - A tag that was never pushed has no digest, whether its repository is there or not.
    - A tag that was pushed has the digest of what was pushed first: tags are not overwritten.
    - Making sure of a repository twice is no error.
    """

    async def ensure(self, repository: str) -> None:
        """Make *repository* (without the registry's host) if it is not there.

        Raises:
            TransientError: The registry cannot be reached.
        """
        ...

    async def digest(self, image: str) -> str | None:
        """`sha256:...` of `registry/repository:tag`, or `None` if it is not there.

        Raises:
            TransientError: The registry cannot be reached.
        """
        ...
