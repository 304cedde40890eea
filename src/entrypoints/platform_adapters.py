"""What packs, builds and serves, and what keeps images and records: the settings choose."""

from dependency_injector.providers import Selector

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.knative_adapters import KnativeAdapters
from knative_lambda.entrypoints.kubernetes_adapters import KubernetesAdapters
from knative_lambda.entrypoints.local_adapters import LocalAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters
from knative_lambda.entrypoints.packing_adapters import PackingAdapters
from knative_lambda.entrypoints.registry_adapters import RegistryAdapters


class PlatformAdapters(PackingAdapters, RegistryAdapters):
    """A cluster, this machine, or its memory; *cluster* is the connection to the first."""

    _set = Given.settings.provided
    cluster, place = KubernetesAdapters.client, KnativeAdapters.place
    runner = Selector(
        _set.job_runner,
        kubernetes=KubernetesAdapters.runner,
        local=LocalAdapters.runner,
        memory=MemoryAdapters.runner,
    )
    records = Selector(
        _set.service_deployer,
        knative=KubernetesAdapters.records,
        local=LocalAdapters.records,
        memory=MemoryAdapters.records,
    )
    deployer = Selector(
        _set.service_deployer,
        knative=KnativeAdapters.deployer,
        local=LocalAdapters.deployer,
        memory=MemoryAdapters.deployer,
    )
    serving = Selector(
        _set.service_deployer,
        knative=KnativeAdapters.deployer,
        local=LocalAdapters.board,
        memory=MemoryAdapters.deployer,
    )
