"""Where images are, and with which credentials that registry is asked: the settings choose."""

import os
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import (
    Callable,
    DependenciesContainer,
    Dependency,
    Selector,
    Singleton,
)

from knative_lambda.adapters.oci.address import Address
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.entrypoints.registry_addresses import ecr_address, oci_address, registry_kind
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.settings import Settings


def _oci(address: Address, registry: str) -> ImageRegistry:
    config: Path = made("adapters.oci.docker_config:config_file", os.environ)
    known: object = made("adapters.oci.docker_config:DockerConfig", config, registry)
    client: object = made("adapters.oci.client:RegistryClient", address, known)
    images: ImageRegistry = made("adapters.oci.image_registry:OciImageRegistry", client)
    return images


class RegistryAdapters(DeclarativeContainer):
    """One registry; nobody is asked for anything before it is used."""

    settings = Dependency(instance_of=Settings)
    local, memory = DependenciesContainer(), DependenciesContainer()

    registry = Selector(
        Callable(registry_kind, settings),
        ecr=Singleton(
            Unmade,
            made,
            "adapters.ecr.image_registry:EcrImageRegistry",
            Callable(ecr_address, settings),
        ),
        oci=Singleton(Unmade, _oci, Callable(oci_address, settings), settings.provided.registry),
        local=local.registry,
        memory=memory.registry,
    )
    # Beside that registry, and imported with the first image that is put together.
    assembler = Selector(
        Callable(registry_kind, settings),
        ecr=Singleton(Unmade, made, "entrypoints.assembling:in_ecr", settings, registry),
        oci=Singleton(Unmade, made, "entrypoints.assembling:in_oci", settings, registry),
        local=local.assembler,
        memory=memory.assembler,
    )
