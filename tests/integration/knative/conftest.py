"""A cluster with Knative, and deployers that write to it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from support.http_api import HttpApi
from support.kubernetes.cluster import FUNCTIONS, Cluster
from support.world import Clock

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    async with Cluster.started(clock=Clock()) as cluster:
        yield cluster


@pytest.fixture
async def api(cluster: Cluster) -> AsyncIterator[HttpApi]:
    async with aiohttp.ClientSession() as client:
        yield HttpApi(client, cluster.url)


@pytest.fixture
def place() -> Place:
    sink = "http://builder.knative-lambda-system.svc/dead-letters"
    return Place(namespace=FUNCTIONS, broker="default", dead_letter_sink=sink)


@pytest.fixture
def deployer(api: HttpApi, place: Place) -> KnativeServiceDeployer:
    return KnativeServiceDeployer(api, place)
