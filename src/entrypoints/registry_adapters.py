"""Where images are, and with which credentials that registry is asked: the settings choose."""

import os

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Callable, Dependency, Selector, Singleton

from knative_lambda.adapters.ecr.address import EcrAddress, kind_of
from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.docker_config import config_file
from knative_lambda.adapters.oci.image_registry import OciImageRegistry
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.settings import Settings, SettingsError


def registry_kind(settings: Settings) -> str:
    """Which adapter *settings* choose: `ecr`, `oci`, `local` or `memory`."""
    if settings.image_registry != "auto":
        return settings.image_registry
    # What these two build is nowhere else; any other pushes to the registry that is named.
    if settings.job_runner in ("local", "memory"):
        return settings.job_runner
    return kind_of(settings.registry)


def _ecr(settings: Settings) -> EcrImageRegistry:
    try:
        return EcrImageRegistry(EcrAddress.of(settings.registry))
    except ValueError as error:
        message = f"KLB_REGISTRY: {settings.registry!r}: {error}, for KLB_IMAGE_REGISTRY=ecr"
        raise SettingsError(message) from error


def _oci(settings: Settings) -> OciImageRegistry:
    plain = settings.registry.partition("/")[0] in settings.insecure_registries
    address = Address.of(settings.registry, settings.registry_ca_file, plain=plain)
    return OciImageRegistry(RegistryClient(address, config_file(os.environ)))


class RegistryAdapters(DeclarativeContainer):
    """One registry; nobody is asked for anything before it is used."""

    settings = Dependency(instance_of=Settings)
    local: Dependency[ImageRegistry] = Dependency()
    memory: Dependency[ImageRegistry] = Dependency()

    registry = Selector(
        Callable(registry_kind, settings),
        ecr=Singleton(_ecr, settings),
        oci=Singleton(_oci, settings),
        local=local,
        memory=memory,
    )
