"""What serves functions in a cluster."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.entrypoints.kubernetes_adapters import KubernetesAdapters
from knative_lambda.entrypoints.packing_adapters import PackingAdapters


class KnativeAdapters(DeclarativeContainer):
    """By the connection that whatever else is in the cluster has too."""

    _set = Given.settings.provided

    place = Singleton(
        made,
        "adapters.knative.place:Place",
        namespace=_set.function_namespace,
        broker=_set.broker,
        dead_letter_sink=_set.function_dead_letter_sink,
        pull_secret=_set.pull_secret,
        templates=PackingAdapters.templates,
    )
    deployer = Singleton(Unmade, made, "adapters.knative.service_deployer:KnativeServiceDeployer")
    deployer.add_args(KubernetesAdapters.client, place)
