"""Where images are, and with which credentials that registry is asked: the settings choose."""

import os
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Callable, Dependency, Selector, Singleton

from knative_lambda.entrypoints.imported import made
from knative_lambda.entrypoints.registry_addresses import ecr_address, oci_address, registry_kind
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.settings import Settings


def _config() -> Path:
    return Path(made("adapters.oci.docker_config:config_file", os.environ))


class RegistryAdapters(DeclarativeContainer):
    """One registry; nobody is asked for anything before it is used."""

    settings = Dependency(instance_of=Settings)
    local: Dependency[ImageRegistry] = Dependency()
    memory: Dependency[ImageRegistry] = Dependency()

    _ecr = Callable(ecr_address, settings)
    _oci = Singleton(made, "adapters.oci.client:RegistryClient", Callable(oci_address, settings))
    _oci.add_args(Callable(_config))
    registry = Selector(
        Callable(registry_kind, settings),
        ecr=Singleton(made, "adapters.ecr.image_registry:EcrImageRegistry", _ecr),
        oci=Singleton(made, "adapters.oci.image_registry:OciImageRegistry", _oci),
        local=local,
        memory=memory,
    )
