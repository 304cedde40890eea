"""Laws 3 and 4 over a real API: two replicas that meet, wherever each of them is held up."""

from collections.abc import Callable

import pytest
from support.happenings import History
from support.interleaving import HeldReplica
from support.knative_over_http import COMPANIONS, SERVICES, HttpWorld, consuming
from support.kubernetes.cluster import FUNCTIONS, Cluster
from support.meetings import MEETINGS, F, Meeting, a_build_and_its_deletion, built
from support.producers import build_of

from knative_lambda.adapters.knative.sight import key_of, owner_of
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.domain import labels
from knative_lambda.domain.keys import Key

Worlds = Callable[[], HttpWorld]


@pytest.fixture
def worlds(client: KubernetesClient, cluster: Cluster) -> Worlds:
    """Makes a new world, in which nothing is served."""

    def new() -> HttpWorld:
        world = HttpWorld(api=client, cluster=cluster)
        world.clear()
        return world

    return new


async def served(cluster: Cluster) -> str | None:
    """The build that is served, by a Service with all that goes with it; and by nothing else."""
    await cluster.settled()
    services = cluster.objects(SERVICES, FUNCTIONS)
    bound = [[owner_of(each) for each in cluster.objects(k, FUNCTIONS)] for k in COMPANIONS]
    owners = [service["metadata"]["uid"] for service in services]
    assert bound == [owners, owners]
    return services[0]["metadata"]["labels"][labels.BUILD] if services else None


def keys(cluster: Cluster) -> dict[str, Key]:
    """Of each Service, by its uid."""
    found = {}
    for service in cluster.objects(SERVICES, FUNCTIONS):
        key = key_of(service)
        assert key is not None
        found[service["metadata"]["uid"]] = key
    return found


async def step(replica: HeldReplica, cluster: Cluster) -> bool:
    """One call; law 3: by it, no Service goes back to a smaller key."""
    before = keys(cluster)
    went_on = await replica.steps(1)
    for uid, key in keys(cluster).items():
        assert before.get(uid, key) <= key
    return went_on


@pytest.mark.parametrize("swapped", [False, True], ids=["one first", "other first"])
@pytest.mark.parametrize("before", [False, True], ids=["made", "updated"])
@pytest.mark.parametrize(("meeting", "expected"), MEETINGS)
async def test_what_is_served_is_what_is_desired(
    worlds: Worlds,
    meeting: Meeting,
    expected: str | None,
    before: bool,  # noqa: FBT001 - a parameter of the test
    swapped: bool,  # noqa: FBT001 - the same
) -> None:
    """The one makes so many calls, then the other so many; then the one ends, and the other."""

    async def attempt(first: int, second: int) -> tuple[bool, bool]:
        world = worlds()
        cluster, history = world.cluster, History(world)
        if before:
            built(history, 2)
            await (await consuming(world)).finish()
        meeting(history)
        one, other = [await consuming(world), await consuming(world)][:: -1 if swapped else 1]
        there = all([await step(one, cluster) for _ in range(first)])
        beyond = all([await step(other, cluster) for _ in range(second)])
        for replica in (one, other):
            while await step(replica, cluster):
                pass
        assert await served(cluster) == expected, (first, second)
        return there, beyond

    first = second = tried = 0
    while (await attempt(first, 0))[0]:
        second = 1
        while (await attempt(first, second))[1]:
            second += 1
        tried += second
        first += 1
    assert tried > 10


@pytest.mark.parametrize("calls", range(1, 7))
async def test_a_copy_that_comes_after_the_deletion_brings_nothing_back(
    worlds: Worlds, calls: int
) -> None:
    world = worlds()
    history = History(world)
    a_build_and_its_deletion(history)
    history.world.broker.duplicate(0)
    held = await consuming(world)
    await held.steps(calls)
    copy = await consuming(world, 1)
    await copy.finish()
    assert await served(world.cluster) == build_of(F, "start-0")
    deletion = await consuming(world)
    await deletion.finish()
    assert await served(world.cluster) is None
    await held.finish()
    assert await served(world.cluster) is None
