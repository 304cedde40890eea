"""A folder of one commit of a repository, whichever way git gets at it."""

from pathlib import Path
from typing import Protocol

import attrs

from knative_lambda.adapters.sources.git.access import Access
from knative_lambda.adapters.sources.git.refs import target, target_of_tail
from knative_lambda.adapters.sources.git.repository import Repository
from knative_lambda.adapters.sources.kind import Found, SourceKind
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.domain.request import BuildRequest


class Transport(Protocol):
    """A way to a repository."""

    async def access(self, request: BuildRequest, work: Path) -> Access:
        """What git needs for it, once it is known that *request* may go there.

        Raises:
            SourceRefusedError: It may not, or nothing is there.
            TransientError: Nothing can be found out now.
        """
        ...


@attrs.frozen
class GitSource(SourceKind):
    """Fetches the commit that a request names.

    Attributes:
        tail: What stood behind the repository in its URL: a ref, and perhaps a folder.
    """

    transport: Transport
    limits: FetchLimits
    tail: str = ""

    async def fetch(self, request: BuildRequest, work: Path) -> Found:
        """Its files, or those below the folder in the URL; a `source_path` leaves none of them out.

        It is followed over links of the source, which are only known once they are there.
        """
        if self.tail and request.source_ref is not None:
            raise rejected("source_ref: source_url names a ref already; leave one of them out")
        access = await self.transport.access(request, work)
        repository = await Repository.prepare(access, work, self.limits)
        refs = await repository.refs()
        wanted = target_of_tail(refs, self.tail) if self.tail else target(refs, request.source_ref)
        commit = await repository.fetch(wanted.object_id)
        tree = work / "tree"
        await repository.extract(commit, wanted.inside, tree)
        return Found(tree, commit)
