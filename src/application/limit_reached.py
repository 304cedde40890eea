"""Which limit keeps a start waiting, as far as the records tell."""

from collections import Counter

import attrs

from knative_lambda.domain.record import Phase
from knative_lambda.ports.records import Records


@attrs.frozen
class LimitReached:
    """Counts the builds that are open; what a replica has in hand beside them, only it knows.

    Attributes:
        active: How many may be under way in all.
        active_per_tenant: The same of one tenant.
    """

    records: Records
    active: int
    active_per_tenant: int

    async def of(self, tenant: str | None) -> str:
        """The limit that a start of *tenant* has to wait for now; empty for none.

        Raises:
            SetupError: The records may not be read.
            TransientError: They cannot be reached.
        """
        under_way = Counter(
            stored.record.function.third_party_id
            for stored in await self.records.list()
            for build in stored.record.builds.values()
            if build.phase is Phase.OPEN
        )
        if under_way.total() >= self.active:
            return f"as many builds as allowed are under way: {self.active}"
        if tenant is not None and under_way[tenant] >= self.active_per_tenant:
            return f"as many builds as {tenant} may have are under way: {self.active_per_tenant}"
        return ""
