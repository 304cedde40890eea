"""A cluster with Knative, and deployers that write to it."""

import pytest
from support.knative_specs import spec
from support.kubernetes.cluster import FUNCTIONS

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.ports.service_deployer import Service


@pytest.fixture
def place() -> Place:
    sink = "http://builder.knative-lambda-system.svc/dead-letters"
    return Place(namespace=FUNCTIONS, broker="default", dead_letter_sink=sink)


@pytest.fixture
def deployer(client: KubernetesClient, place: Place) -> KnativeServiceDeployer:
    return KnativeServiceDeployer(client, place)


@pytest.fixture
async def owner(deployer: KnativeServiceDeployer) -> Service:
    """A Service with all that goes with it."""
    created = await deployer.create(spec(1, "a"))
    await deployer.bind(spec(1, "a"), created)
    return created
