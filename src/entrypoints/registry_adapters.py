"""Where images are, and with which credentials that registry is asked: the settings choose."""

import os
from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Callable, Selector, Singleton

from knative_lambda.adapters.oci.address import Address
from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.entrypoints.local_adapters import LocalAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters
from knative_lambda.entrypoints.registry_addresses import ecr_address, oci_address, registry_kind
from knative_lambda.ports.image_registry import ImageRegistry


def _oci(address: Address, registry: str) -> ImageRegistry:
    config: Path = made("adapters.oci.docker_config:config_file", os.environ)
    known: object = made("adapters.oci.docker_config:DockerConfig", config, registry)
    client: object = made("adapters.oci.client:RegistryClient", address, known)
    images: ImageRegistry = made("adapters.oci.image_registry:OciImageRegistry", client)
    return images


class RegistryAdapters(DeclarativeContainer):
    """One registry; nobody is asked for anything before it is used."""

    _settings = Given.settings

    registry = Selector(
        Callable(registry_kind, _settings),
        ecr=Singleton(
            Unmade,
            made,
            "adapters.ecr.image_registry:EcrImageRegistry",
            Callable(ecr_address, _settings),
        ),
        oci=Singleton(Unmade, _oci, Callable(oci_address, _settings), _settings.provided.registry),
        local=LocalAdapters.registry,
        memory=MemoryAdapters.registry,
    )
    # Beside that registry, and imported with the first image that is put together.
    assembler = Selector(
        Callable(registry_kind, _settings),
        ecr=Singleton(Unmade, made, "entrypoints.assembling:in_ecr", _settings, registry),
        oci=Singleton(Unmade, made, "entrypoints.assembling:in_oci", _settings, registry),
        local=LocalAdapters.assembler,
        memory=MemoryAdapters.assembler,
    )
