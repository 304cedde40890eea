"""Knative keeps the laws of `TriggerSight`; and a Trigger says why it is not ready."""

from collections.abc import Mapping
from typing import Any

import pytest
from contracts.trigger_sight import TriggerSightContract
from support.knative_specs import FUNCTION, spec
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.knative.trigger_sight import KnativeTriggerSight
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.domain.errors import SetupError, TransientError


@pytest.fixture
def sight(client: KubernetesClient, place: Place) -> KnativeTriggerSight:
    return KnativeTriggerSight(client, place)


class TestKnativeTriggerSight(TriggerSightContract):
    @pytest.fixture
    def deployer(self, deployer: KnativeServiceDeployer) -> KnativeServiceDeployer:
        return deployer

    @pytest.fixture
    def sight(self, sight: KnativeTriggerSight) -> KnativeTriggerSight:
        return sight


async def say(cluster: Cluster, deployer: KnativeServiceDeployer, ready: Mapping[str, Any]) -> None:
    """Bind a Trigger, of which Knative says so."""
    wanted = spec(1, "first")
    await deployer.bind(wanted, await deployer.create(wanted))
    (trigger,) = cluster.objects("triggers", FUNCTIONS)
    status = {"observedGeneration": 1, "conditions": [{"type": "Ready", **ready}]}
    cluster.plant({**trigger, "status": status})


async def test_a_trigger_is_ready_when_knative_says_so(
    cluster: Cluster, deployer: KnativeServiceDeployer, sight: KnativeTriggerSight
) -> None:
    await say(cluster, deployer, {"status": "True"})
    (seen,) = await sight.of(FUNCTION)
    assert (seen.ready, seen.message) == (True, "")


async def test_a_trigger_that_is_not_ready_says_why(
    cluster: Cluster, deployer: KnativeServiceDeployer, sight: KnativeTriggerSight
) -> None:
    why = {"status": "False", "reason": "BrokerMissing", "message": 'Broker "default" is missing'}
    await say(cluster, deployer, why)
    (seen,) = await sight.of(FUNCTION)
    assert (seen.ready, seen.message) == (False, 'Broker "default" is missing')


async def test_a_trigger_of_which_nothing_is_known_yet_is_being_set_up(
    deployer: KnativeServiceDeployer, sight: KnativeTriggerSight
) -> None:
    wanted = spec(1, "first")
    await deployer.bind(wanted, await deployer.create(wanted))
    (seen,) = await sight.of(FUNCTION)
    assert (seen.ready, seen.message) == (False, "the Trigger is being set up")


async def test_what_may_not_be_looked_at_and_what_cannot_be_reached_are_told_apart(
    cluster: Cluster, sight: KnativeTriggerSight
) -> None:
    cluster.faults.add(403, verb="list", resource="triggers", times=1)
    with pytest.raises(SetupError, match="list triggers"):
        await sight.of(FUNCTION)
    cluster.faults.add(503, verb="list", resource="triggers")
    with pytest.raises(TransientError, match="list triggers"):
        await sight.of(FUNCTION)
