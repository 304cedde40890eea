"""Where images are, and with which credentials that registry is asked: the settings choose."""

import os

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import (
    Callable,
    Container,
    DependenciesContainer,
    Dependency,
    Selector,
    Singleton,
)

from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.docker_config import DockerConfig, config_file
from knative_lambda.adapters.oci.image_registry import OciImageRegistry
from knative_lambda.entrypoints.assembling_adapters import AssemblingAdapters
from knative_lambda.entrypoints.registry_addresses import ecr_address, oci_address, registry_kind
from knative_lambda.settings import Settings


def _ecr(settings: Settings) -> EcrImageRegistry:
    return EcrImageRegistry(ecr_address(settings))


def _oci(settings: Settings) -> OciImageRegistry:
    known = DockerConfig(config_file(os.environ), settings.registry)
    return OciImageRegistry(RegistryClient(oci_address(settings), known))


class RegistryAdapters(DeclarativeContainer):
    """One registry; nobody is asked for anything before it is used."""

    settings = Dependency(instance_of=Settings)
    local, memory = DependenciesContainer(), DependenciesContainer()

    registry = Selector(
        Callable(registry_kind, settings),
        ecr=Singleton(_ecr, settings),
        oci=Singleton(_oci, settings),
        local=local.registry,
        memory=memory.registry,
    )
    assembler = Container(
        AssemblingAdapters,
        settings=settings,
        registry=registry,
        local=local.assembler,
        memory=memory.assembler,
    ).assembler
