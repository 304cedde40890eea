"""Knative keeps the laws of `ServiceDeployer`."""

from collections.abc import Mapping

import pytest
from contracts.service_deployer import Attributes, ServiceDeployerContract
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.ports.service_deployer import ServiceDeployer


class TestKnativeServiceDeployer(ServiceDeployerContract):
    @pytest.fixture
    def deployer(self, deployer: KnativeServiceDeployer, cluster: Cluster) -> ServiceDeployer:
        self.cluster = cluster
        return deployer

    async def plant(self, name: str) -> None:
        self.cluster.plant(
            {
                "apiVersion": "serving.knative.dev/v1",
                "kind": "Service",
                "metadata": {"name": name, "namespace": FUNCTIONS},
                "spec": {"template": {"spec": {"containers": [{"image": "somebody/else"}]}}},
            }
        )

    async def image(self, name: str) -> str | None:
        services = self.cluster.objects("services.serving.knative.dev", FUNCTIONS)
        for service in services:
            if service["metadata"]["name"] == name:
                image: str = service["spec"]["template"]["spec"]["containers"][0]["image"]
                return image
        return None

    async def triggers(self) -> Mapping[str, Attributes]:
        return {
            each["metadata"]["name"]: tuple(sorted(each["spec"]["filter"]["attributes"].items()))
            for each in self.cluster.objects("triggers", FUNCTIONS)
        }
