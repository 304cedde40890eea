"""ServiceAccounts and Triggers in uncommon states are brought to what they should be."""

import attrs
import pytest
from support.knative_objects import (
    SERVICES,
    TRIGGER,
    companions,
    disown,
    owner_of,
    seen_by,
    trigger,
)
from support.knative_specs import NAME, filters, key, spec
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.domain import labels
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.service_deployer import Service


@pytest.mark.parametrize("at", [1, 2])
async def test_what_belonged_to_a_service_that_is_gone_goes_over_to_the_next(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service, at: int
) -> None:
    left = companions(cluster)
    cluster.remove(SERVICES, FUNCTIONS, NAME)
    for each in left:
        disown(cluster, each, owner.uid)
    created = await deployer.create(spec(at, "a"))
    await deployer.bind(spec(at, "a"), created)
    await cluster.settled()
    assert [owner_of(each) for each in companions(cluster)] == [created.uid, created.uid]


async def test_a_trigger_of_a_service_that_is_gone_says_nothing_of_the_account(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service
) -> None:
    left = companions(cluster)
    cluster.remove(SERVICES, FUNCTIONS, NAME)
    for each in left:
        disown(cluster, each, owner.uid)
    created = await deployer.create(spec(1, "a"))  # and its maker was killed
    await deployer.bind(spec(2, "a"), await deployer.patch(spec(2, "a"), key(1)))
    assert [owner_of(each) for each in companions(cluster)] == [created.uid, created.uid]


async def test_a_stalled_replica_takes_nothing_from_the_service_that_came_after(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service
) -> None:
    cluster.remove(SERVICES, FUNCTIONS, NAME)
    await cluster.settled()
    created = await deployer.create(spec(1, "a"))
    await deployer.bind(spec(1, "a"), created)
    await deployer.bind(spec(1, "a"), owner)
    await cluster.settled()
    assert [owner_of(each) for each in companions(cluster)] == [created.uid, created.uid]


async def test_companions_of_which_the_service_is_gone_are_left_to_the_collector(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service
) -> None:
    for each in companions(cluster):
        disown(cluster, each, "an-uid-of-old")
    cluster.remove(SERVICES, FUNCTIONS, NAME)
    cluster.calls.clear()
    await deployer.bind(spec(1, "a"), owner)
    assert {call.verb for call in cluster.calls if call.status < 300} == {"get"}


@pytest.mark.parametrize("way", ["made", "found", "patched"])
async def test_a_trigger_that_is_still_being_deleted_is_waited_for(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service, way: str
) -> None:
    held = trigger(cluster)
    held["metadata"]["finalizers"] = ["triggers.eventing.knative.dev"]
    held["metadata"]["deletionTimestamp"] = "2026-11-28T14:00:00Z"
    cluster.plant(held)
    wanted, after = spec(1, "a"), owner
    if way == "found":
        after = await seen_by(deployer)
    if way == "patched":
        wanted = spec(2, "a")
        after = await deployer.patch(wanted, key(1))
    with pytest.raises(TransientError, match="is still being deleted"):
        await deployer.bind(wanted, after)
    cluster.remove("triggers", FUNCTIONS, TRIGGER)
    await deployer.bind(wanted, after)
    assert "deletionTimestamp" not in trigger(cluster)["metadata"]


async def test_a_service_that_is_still_being_deleted_is_waited_for(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service
) -> None:
    held = cluster.object(SERVICES, FUNCTIONS, NAME)
    held["metadata"]["finalizers"] = ["example.com/by-hand"]
    held["metadata"]["deletionTimestamp"] = "2026-11-28T14:00:00Z"
    cluster.plant(held)
    for act in (deployer.look(NAME), deployer.patch(spec(2, "a"), owner.key or key(1))):
        with pytest.raises(TransientError, match="is still being deleted"):
            await act


async def test_a_trigger_of_another_broker_is_replaced(
    cluster: Cluster, client: KubernetesClient, place: Place, owner: Service
) -> None:
    before = trigger(cluster)
    moved = KnativeServiceDeployer(client, attrs.evolve(place, broker="other"))
    await moved.bind(spec(2, "a"), await moved.patch(spec(2, "a"), owner.key or key(1)))
    after = trigger(cluster)
    assert after["spec"]["broker"] == "other"
    assert after["metadata"]["uid"] != before["metadata"]["uid"]


@pytest.mark.usefixtures("owner")
async def test_a_trigger_that_has_lost_its_filter_is_replaced(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    changed = trigger(cluster)
    del changed["spec"]["filter"]
    cluster.plant(changed)
    await deployer.bind(spec(1, "a"), await seen_by(deployer))
    assert trigger(cluster)["spec"]["filter"] == {"attributes": dict(filters("a")[0])}


async def test_another_dead_letter_sink_reaches_triggers_by_a_repeat(
    cluster: Cluster, client: KubernetesClient, place: Place, owner: Service
) -> None:
    sink = "http://kept.test/"
    moved = KnativeServiceDeployer(client, attrs.evolve(place, dead_letter_sink=sink))
    await moved.bind(spec(1, "a"), await seen_by(moved))
    after = trigger(cluster)
    assert after["spec"]["delivery"]["deadLetterSink"] == {"uri": sink}
    assert after["metadata"]["annotations"][labels.KEY] == labels.dump_key(owner.key or key(1))


async def test_what_was_changed_by_hand_is_mended_by_a_repeat(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service
) -> None:
    changed = trigger(cluster)
    del changed["spec"]["delivery"]
    cluster.plant(changed)
    account = cluster.object("serviceaccounts", FUNCTIONS, NAME)
    account["automountServiceAccountToken"] = True
    cluster.plant(account)
    await deployer.bind(spec(1, "a"), await seen_by(deployer))
    assert trigger(cluster)["spec"]["delivery"]["retry"] == 4
    account = cluster.object("serviceaccounts", FUNCTIONS, NAME)
    assert account["automountServiceAccountToken"] is False
    assert owner_of(account) == owner.uid


async def test_a_service_whose_maker_was_killed_gets_its_account_with_the_next_update(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    await deployer.create(spec(1, "a"))
    await deployer.bind(spec(2, "a"), await deployer.patch(spec(2, "a"), key(1)))
    assert len(cluster.objects("serviceaccounts", FUNCTIONS)) == 1
    assert len(cluster.objects("triggers", FUNCTIONS)) == 1


async def test_an_update_that_was_not_bound_is_made_up_for_by_the_next(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service
) -> None:
    await deployer.patch(spec(2, "a"), owner.key or key(1))
    await deployer.bind(spec(3, "a"), await deployer.patch(spec(3, "a"), key(2)))
    annotations = trigger(cluster)["metadata"]["annotations"]
    assert annotations[labels.KEY] == labels.dump_key(key(3))
