"""What each kind of source must be able to do."""

from pathlib import Path
from typing import Protocol

import attrs

from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.domain.request import BuildRequest


@attrs.frozen
class Found:
    """A source that was fetched.

    Attributes:
        directory: Holds its files.
        revision: The commit they are of.
    """

    directory: Path
    revision: str | None = None


class SourceKind(Protocol):
    """One way in which tenants' code comes."""

    async def fetch(self, request: BuildRequest, work: Path) -> Found:
        """Put the source below the empty folder *work*, and touch no other.

        Raises:
            SourceRefusedError: It is not there, not allowed, or not safe.
            TransientError: It cannot be reached now.
        """
        ...


def refuse_ref(request: BuildRequest) -> None:
    """Refuse a `source_ref` for what is no repository.

    Raises:
        SourceRefusedError: There is one.
    """
    if request.source_ref is not None:
        raise rejected("source_ref: only a git repository has any; leave it out")


def refuse_credentials(request: BuildRequest) -> None:
    """Refuse `source_credentials` for what needs none.

    Raises:
        SourceRefusedError: There are some.
    """
    if request.source_credentials is not None:
        raise rejected("source_credentials: only git and https sources have any; leave it out")
