"""What serves functions in a cluster."""

from typing import Any

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.settings import Settings


class KnativeAdapters(DeclarativeContainer):
    """By the connection that whatever else is in the cluster has too."""

    settings = Dependency(instance_of=Settings)
    client: Dependency[Any] = Dependency()
    templates: Dependency[Any] = Dependency()
    _set = settings.provided

    place = Singleton(
        made,
        "adapters.knative.place:Place",
        namespace=_set.function_namespace,
        broker=_set.broker,
        dead_letter_sink=_set.function_dead_letter_sink,
        pull_secret=_set.pull_secret,
        templates=templates,
    )
    deployer = Singleton(Unmade, made, "adapters.knative.service_deployer:KnativeServiceDeployer")
    deployer.add_args(client, place)
