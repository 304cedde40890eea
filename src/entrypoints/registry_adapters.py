"""Where images are, and with which credentials that registry is asked: the settings choose."""

import os
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Callable, Dependency, Selector, Singleton

from knative_lambda.adapters.oci.address import Address
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.entrypoints.registry_addresses import ecr_address, oci_address, registry_kind
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.settings import Settings


def _oci(address: Address) -> ImageRegistry:
    config: Path = made("adapters.oci.docker_config:config_file", os.environ)
    client: object = made("adapters.oci.client:RegistryClient", address, config)
    registry: ImageRegistry = made("adapters.oci.image_registry:OciImageRegistry", client)
    return registry


class RegistryAdapters(DeclarativeContainer):
    """One registry; nobody is asked for anything before it is used."""

    settings = Dependency(instance_of=Settings)
    local: Dependency[ImageRegistry] = Dependency()
    memory: Dependency[ImageRegistry] = Dependency()

    registry = Selector(
        Callable(registry_kind, settings),
        ecr=Singleton(
            Unmade,
            made,
            "adapters.ecr.image_registry:EcrImageRegistry",
            Callable(ecr_address, settings),
        ),
        oci=Singleton(Unmade, _oci, Callable(oci_address, settings)),
        local=local,
        memory=memory,
    )
