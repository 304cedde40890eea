"""What `doctor` looks at of a cluster."""

from knative_lambda.adapters.knative.check import KnativeCheck
from knative_lambda.adapters.kubernetes.api_check import ClusterCheck
from knative_lambda.adapters.kubernetes.namespace_check import NamespaceCheck
from knative_lambda.adapters.kubernetes.rights import IN_BUILDS, IN_FUNCTIONS
from knative_lambda.adapters.kubernetes.rights_check import RightsCheck
from knative_lambda.application.examination import Gated
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.doctor_objects import of_builds, of_functions
from knative_lambda.ports.check import Check
from knative_lambda.settings import Settings


def cluster_check(container: Container, settings: Settings, within: float) -> Check:
    """Of all that is in the cluster, if that answers."""
    api, place = container.cluster(), container.place()
    builds, functions = settings.build_namespace, settings.function_namespace
    return Gated(
        ClusterCheck(api, container.now()),
        (
            RightsCheck(api, builds, IN_BUILDS),
            RightsCheck(api, functions, IN_FUNCTIONS),
            NamespaceCheck(
                api=api, namespace=builds, root=True, objects=tuple(of_builds(settings))
            ),
            NamespaceCheck(
                api=api, namespace=functions, root=False, objects=tuple(of_functions(settings))
            ),
            KnativeCheck(api, place),
        ),
        within,
    )
