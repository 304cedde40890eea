"""A source fetcher that lets only so many builds in: what is over a limit waits its turn."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import attrs

from knative_lambda.domain.errors import OverLimitError
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.job_runner import BuildJob, JobRunner
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

_SECOND = 1_000_000_000


@attrs.frozen
class Limits:
    """How many builds may be under way.

    Attributes:
        contexts: Being made at once in this replica.
        active: Jobs in all, with the contexts in hand.
        active_per_tenant: The same for one tenant, so that others keep a share.
    """

    contexts: int
    active: int
    active_per_tenant: int


@attrs.define
class LimitedFetcher(SourceFetcher):
    """Counts from one list of Jobs, asked for at most once a second, and its own contexts."""

    inner: SourceFetcher
    runner: JobRunner
    limits: Limits
    now: Callable[[], int]
    _jobs: Sequence[BuildJob] = ()
    _listed_at: int = 0
    _listing: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _in_hand: Counter[str] = attrs.field(factory=Counter)

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        """The source, if it is this request's turn.

        Raises:
            OverLimitError: On entering, before anything is asked of the inner fetcher.
        """
        return self._fetch(request)

    @asynccontextmanager
    async def _fetch(self, request: BuildRequest) -> AsyncIterator[SourceTree]:
        await self._list()
        tenant = request.function.third_party_id
        active = Counter(job.function.third_party_id for job in self._jobs if job.ended is None)
        active.update(self._in_hand)
        if self._in_hand.total() >= self.limits.contexts:
            raise OverLimitError("as many contexts as allowed are being made")
        if active.total() >= self.limits.active:
            raise OverLimitError("as many builds as allowed are under way")
        if active[tenant] >= self.limits.active_per_tenant:
            raise OverLimitError("as many builds as one tenant may have are under way")
        self._in_hand[tenant] += 1
        try:
            async with self.inner.fetch(request) as tree:
                yield tree
        finally:
            self._in_hand[tenant] -= 1

    async def _list(self) -> None:
        # Whoever comes while the list is on its way waits for it: an old one lets too many in.
        async with self._listing:
            now = self.now()
            fresh = now - self._listed_at < _SECOND
            self._jobs = self._jobs if fresh else await self.runner.list()
            self._listed_at = self._listed_at if fresh else now
