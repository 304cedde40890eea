"""The service keeps the laws of its ports with the rights that are installed: it misses none."""

from collections.abc import Mapping

import pytest
from integration.builds import test_job_runner, test_records
from integration.knative import test_knative_service_deployer
from support.installation import FUNCTIONS, SERVICE, accounts
from support.jobs import SETTINGS
from support.kubernetes.cluster import Cluster
from support.world import Clock

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.sidecar.pod_verdict import judge_pod


@pytest.fixture
def user(cluster: Cluster) -> Mapping[str, object]:
    """The service, with the rights that are installed."""
    cluster.allow(accounts("production"))
    return {"token": cluster.token(*SERVICE)}


@pytest.fixture
def runner(client: KubernetesClient, clock: Clock) -> KanikoJobRunner:
    return KanikoJobRunner(client, SETTINGS, judge_pod, clock)


@pytest.fixture
def deployer(client: KubernetesClient) -> KnativeServiceDeployer:
    place = Place(namespace=FUNCTIONS, broker="default", dead_letter_sink="http://sink.test/")
    return KnativeServiceDeployer(client, place)


class TestRecordsWithRights(test_records.TestConfigMapRecords):
    """As without a role."""


class TestJobsWithRights(test_job_runner.TestKanikoJobRunner):
    """As without a role."""


class TestServicesWithRights(test_knative_service_deployer.TestKnativeServiceDeployer):
    """As without a role."""
