"""Who asks a registry, and where that is known from."""

import base64
from typing import Protocol

import attrs


@attrs.frozen
class Credential:
    """A user and a password.

    Attributes:
        lifetime: Seconds that it may be used from now on.
    """

    user: str
    password: str = attrs.field(repr=False)
    lifetime: float = float("inf")

    @property
    def basic(self) -> str:
        """The header that shows it."""
        return f"Basic {base64.b64encode(f'{self.user}:{self.password}'.encode()).decode()}"


class CredentialSource(Protocol):
    """What knows the credential for one registry."""

    async def find(self) -> Credential | None:
        """The one to use now; `None`: one asks as a stranger.

        Raises:
            SetupError: There is something to mend.
            TransientError: It cannot be had now.
        """
        ...

    def advice(self, user: str | None, *, writing: bool) -> str:
        """What to do when *user*, or a stranger, was refused, *writing* or only reading."""
        ...
