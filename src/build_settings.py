"""The environment variables that tell how builds run in a cluster."""

from collections.abc import Iterator, Mapping

import attrs

from knative_lambda.cluster_variables import (
    amount,
    image,
    mirrors,
    name,
    node_labels,
    optional_image,
    optional_name,
    quantities,
    tolerations,
)
from knative_lambda.variables import env


@attrs.frozen(kw_only=True)
class BuildSettings:
    """A part of the table in `knative_lambda.settings`."""

    build_namespace: str = env(
        "KLB_BUILD_NAMESPACE",
        "knative-lambda-builds",
        name,
        "namespace of build Jobs and records",
    )
    build_service_account: str = env(
        "KLB_BUILD_SERVICE_ACCOUNT", "build", name, "ServiceAccount of build Jobs"
    )
    kaniko_image: str = env(
        "KLB_KANIKO_IMAGE",
        "ghcr.io/osscontainertools/kaniko:v1.28.3",
        image,
        "image of Kaniko, which builds",
    )
    sidecar_image: str = env(
        "KLB_SIDECAR_IMAGE",
        "",
        optional_image,
        "image of the sidecar, which tells how a build ended; required with kubernetes",
    )
    build_requests: Mapping[str, str] = env(
        "KLB_BUILD_REQUESTS",
        "cpu=500m,memory=1Gi,ephemeral-storage=4Gi",
        quantities,
        "what Kaniko is sure to get",
    )
    build_limits: Mapping[str, str] = env(
        "KLB_BUILD_LIMITS",
        "cpu=2,memory=4Gi,ephemeral-storage=10Gi",
        quantities,
        "what Kaniko gets at most, with all that a build runs",
    )
    build_node_selector: Mapping[str, str] = env(
        "KLB_BUILD_NODE_SELECTOR",
        "",
        node_labels,
        "labels of the nodes that build, with commas: pool=builds; empty: any",
    )
    build_tolerations: tuple[Mapping[str, str], ...] = env(
        "KLB_BUILD_TOLERATIONS",
        "",
        tolerations,
        "taints that builds tolerate, with commas: KEY=VALUE:EFFECT, KEY:EFFECT or KEY",
    )
    push_secret: str = env(
        "KLB_PUSH_SECRET",
        "",
        optional_name,
        "Secret of builds with .dockerconfigjson to push with; empty: their ServiceAccount's role",
    )
    build_ca: str = env(
        "KLB_BUILD_CA",
        "",
        optional_name,
        "ConfigMap of builds with ca.crt, certificates to trust beside the system's; empty: none",
    )
    build_broker_secret: str = env(
        "KLB_BUILD_BROKER_SECRET",
        "build-broker",
        name,
        "Secret of builds with KLB_RABBITMQ_URL, by which sidecars publish",
    )
    registry_mirrors: tuple[str, ...] = env(
        "KLB_REGISTRY_MIRRORS",
        "",
        mirrors,
        "where builds look for images of Docker Hub first, with commas",
    )

    def amounts_too_large(self) -> Iterator[str]:
        """What is asked for and more than is allowed, in words."""
        for resource, most in self.build_limits.items():
            least = self.build_requests.get(resource, most)
            if amount(least) > amount(most):
                yield (
                    f"KLB_BUILD_REQUESTS: {resource}={least}: must be at most the {most} in "
                    "KLB_BUILD_LIMITS"
                )
