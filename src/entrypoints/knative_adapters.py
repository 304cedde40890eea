"""What serves functions in a cluster."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.templates.templates import Templates
from knative_lambda.settings import Settings


class KnativeAdapters(DeclarativeContainer):
    """By the connection that whatever else is in the cluster has too."""

    settings = Dependency(instance_of=Settings)
    client = Dependency(instance_of=KubernetesClient)
    templates = Dependency(instance_of=Templates)
    _set = settings.provided

    place = Singleton(
        Place,
        namespace=_set.function_namespace,
        broker=_set.broker,
        dead_letter_sink=_set.function_dead_letter_sink,
        pull_secret=_set.pull_secret,
        templates=templates,
    )
    deployer = Singleton(KnativeServiceDeployer, client, place)
