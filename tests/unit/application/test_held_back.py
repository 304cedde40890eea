"""A start that waits for its turn is counted by the limit that it met, and by its tenant."""

import attrs
import pytest
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.application.admission import Admission, Limits, Rate
from knative_lambda.domain.errors import OverLimitError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.limit import Limit
from knative_lambda.domain.settlement import SetAside

WIDE = Limits(contexts=9, active=9, active_per_tenant=9)
ONE = Rate(1e-9, 1)
MET = {
    Limit.CONTEXTS: attrs.evolve(WIDE, contexts=1),
    Limit.CONTEXTS_PER_TENANT: attrs.evolve(WIDE, contexts=2),
    Limit.INTAKE: attrs.evolve(WIDE, intake=ONE),
    Limit.INTAKE_PER_TENANT: attrs.evolve(WIDE, intake_per_tenant=ONE),
    Limit.ACTIVE: attrs.evolve(WIDE, active=1),
    Limit.ACTIVE_PER_TENANT: attrs.evolve(WIDE, active_per_tenant=1),
}


@pytest.mark.parametrize("limit", MET)
async def test_it_is_counted_by_the_limit_and_the_tenant(limit: Limit) -> None:
    world = World()
    replica = Replica(world, Faults())
    admission = Admission(replica.handler.admission.builds, MET[limit], world.clock)
    handler = attrs.evolve(replica.handler, admission=admission)
    world.send("build.start", FunctionId("acme", "greeter"), id="1")
    async with admission.admit("acme"):
        handled = await handler.handle(world.broker.take())

    assert isinstance(handled.settlement, SetAside)
    counts = {each: replica.metrics.counts[each.value] for each in Limit}
    assert counts == {each: int(each is limit) for each in Limit}
    assert replica.metrics.counts["held back: acme"] == 1


def test_where_nobody_says_which_it_is_a_quota_of_the_cluster() -> None:
    assert OverLimitError("full").limit is Limit.QUOTA
    assert set(MET) == set(Limit) - {Limit.QUOTA}
