"""What packs, builds and serves, and what keeps images and records: the settings choose."""

from collections.abc import Callable

from dependency_injector import providers
from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import DependenciesContainer, Dependency, Selector

from knative_lambda.entrypoints.knative_adapters import KnativeAdapters
from knative_lambda.entrypoints.kubernetes_adapters import KubernetesAdapters
from knative_lambda.entrypoints.packing_adapters import PackingAdapters
from knative_lambda.entrypoints.registry_adapters import RegistryAdapters
from knative_lambda.settings import Settings


class PlatformAdapters(DeclarativeContainer):
    """A cluster, this machine, or its memory; *cluster* is the connection to the first."""

    settings = Dependency(instance_of=Settings)
    now: Dependency[Callable[[], int]] = Dependency()
    local, memory = DependenciesContainer(), DependenciesContainer()
    _set = settings.provided
    _packing = providers.Container(PackingAdapters, settings=settings)
    templates, packer = _packing.templates, _packing.packer
    _kubernetes = providers.Container(
        KubernetesAdapters, settings=settings, now=now, templates=templates
    )
    cluster = _kubernetes.client
    _knative = providers.Container(
        KnativeAdapters, settings=settings, client=cluster, templates=templates
    )
    place = _knative.place
    _images = providers.Container(RegistryAdapters, settings=settings, local=local, memory=memory)
    registry, assembler = _images.registry, _images.assembler
    runner = Selector(
        _set.job_runner, kubernetes=_kubernetes.runner, local=local.runner, memory=memory.runner
    )
    records = Selector(
        _set.service_deployer,
        knative=_kubernetes.records,
        local=local.records,
        memory=memory.records,
    )
    deployer = Selector(
        _set.service_deployer,
        knative=_knative.deployer,
        local=local.deployer,
        memory=memory.deployer,
    )
    serving = Selector(
        _set.service_deployer,
        knative=_knative.deployer,
        local=local.board,
        memory=memory.deployer,
    )
