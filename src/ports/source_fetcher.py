"""Port: a tenant's source into a directory, safely."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import attrs

from knative_lambda.domain.request import BuildRequest


@attrs.frozen
class SourceTree:
    """A source that was fetched.

    Attributes:
        directory: Holds the function's folder, `source_path` already applied.
        revision: The commit it was resolved to, if it has one.
    """

    directory: Path
    revision: str | None = None


class SourceFetcher(Protocol):
    """Where tenants' code comes from.

    Laws (`tests/contracts/source_fetcher.py`):

    - The tree is there inside of the context; outside nothing of it is left that was copied.
    - The same request for the same source gives the same tree.
    - A source that is not there is refused as `source_not_found`.
    """

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        """The source that *request* names.

        Raises:
            SourceRefusedError: On entering: it is not there, not allowed, or not safe.
            TransientError: On entering: it cannot be reached now.
        """
        ...
