"""A cluster of the tests' own in virtual time, and the client that the environment leads to it."""

import pytest
from support.jobs import SETTINGS
from support.world import Clock

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.sidecar.pod_verdict import judge_pod


@pytest.fixture
def runner(client: KubernetesClient, clock: Clock) -> KanikoJobRunner:
    """Of that cluster."""
    return KanikoJobRunner(client, SETTINGS, judge_pod, clock)
