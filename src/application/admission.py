"""Who may have a build started now: three limits, looked at before anything is asked of anybody."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import attrs

from knative_lambda.application.active_builds import ActiveBuilds
from knative_lambda.application.token_bucket import TokenBucket
from knative_lambda.domain.errors import OverLimitError
from knative_lambda.domain.limit import Limit

_MOST_BUCKETS: Final = 10_000  # then those that are full are forgotten: they begin full


@attrs.frozen
class Rate:
    """So many a second, and so many at once."""

    a_second: float
    burst: float


@attrs.frozen
class Limits:
    """How many builds may be let in.

    Attributes:
        contexts: Being made at once in this replica; a tenant has all but one of them at most.
        active: Builds under way in all, with the contexts in hand.
        active_per_tenant: The same for one tenant, so that others keep a share.
        intake: Starts that this replica looks at; a guard against a flood, not a quota.
        intake_per_tenant: The same for one tenant.
    """

    contexts: int
    active: int
    active_per_tenant: int
    intake: Rate = Rate(50, 100)
    intake_per_tenant: Rate = Rate(10, 20)


@attrs.define
class Admission:
    """Knows the starts in hand, and how many came lately.

    Attributes:
        now: A clock that never goes back, in nanoseconds.
    """

    builds: ActiveBuilds
    limits: Limits
    now: Callable[[], int]
    _in_hand: Counter[str] = attrs.field(factory=Counter)
    _all: TokenBucket = attrs.field(init=False)
    _tenants: dict[str, TokenBucket] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._all = self._bucket(self.limits.intake)

    @asynccontextmanager
    async def admit(self, tenant: str) -> AsyncIterator[None]:
        """Hold a place for a start of *tenant*, until its Job is created.

        Raises:
            OverLimitError: There is none now. It costs neither a token nor a place.
            TransientError: The Jobs cannot be listed.
        """
        self._check_intake(tenant)  # a flood must not even make us list the Jobs
        active = await self.builds.by_tenant()
        self._check_intake(tenant)
        active.update(self._in_hand)
        if active.total() >= self.limits.active:
            raise OverLimitError("as many builds as allowed are under way", Limit.ACTIVE)
        if active[tenant] >= self.limits.active_per_tenant:
            raise OverLimitError(
                "as many builds as one tenant may have are under way", Limit.ACTIVE_PER_TENANT
            )
        self._bucket_of(tenant).take()
        self._all.take()
        self._in_hand[tenant] += 1
        try:
            yield
        finally:
            self._in_hand[tenant] -= 1
            if not self._in_hand[tenant]:
                del self._in_hand[tenant]

    def _check_intake(self, tenant: str) -> None:
        now = self.now()
        if not self._bucket_of(tenant).holds_one(now):
            raise OverLimitError(
                "this tenant's starts come faster than they are taken", Limit.INTAKE_PER_TENANT
            )
        if not self._all.holds_one(now):
            raise OverLimitError("starts come faster than they are taken", Limit.INTAKE)
        if self._in_hand.total() >= self.limits.contexts:
            raise OverLimitError("as many contexts as allowed are being made", Limit.CONTEXTS)
        # Else whoever sends most has every place that falls free, while its sources take long.
        if self._in_hand[tenant] >= max(1, self.limits.contexts - 1):
            raise OverLimitError(
                "as many contexts as one tenant is allowed are being made",
                Limit.CONTEXTS_PER_TENANT,
            )

    def _bucket_of(self, tenant: str) -> TokenBucket:
        if len(self._tenants) >= _MOST_BUCKETS and tenant not in self._tenants:
            now = self.now()
            kept = {name: one for name, one in self._tenants.items() if not one.is_full(now)}
            self._tenants = kept
        return self._tenants.setdefault(tenant, self._bucket(self.limits.intake_per_tenant))

    def _bucket(self, rate: Rate) -> TokenBucket:
        return TokenBucket(rate.a_second, rate.burst, self.now())
