"""What puts images together, in the registry where they are: the settings choose."""

import os
import time
from functools import partial
from typing import Final

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Callable, Dependency, Selector, Singleton

from knative_lambda.adapters.assembling.assembler import OciImageAssembler
from knative_lambda.adapters.assembling.bases import Bases
from knative_lambda.adapters.assembling.copies import Copies
from knative_lambda.adapters.assembling.origins import Origins
from knative_lambda.adapters.ecr.credential import EcrCredential
from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.credentials import CredentialSource
from knative_lambda.adapters.oci.docker_config import DockerConfig, config_file
from knative_lambda.adapters.oci.repository import Repository
from knative_lambda.domain.image_name import ImageName
from knative_lambda.entrypoints.registry_addresses import elsewhere, oci_address, registry_kind
from knative_lambda.ports.image_assembler import ImageAssembler
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.settings import Settings

_PATIENCE: Final = 5.0  # seconds for an answer of a registry that Kaniko may reach, if we do not


def _ecr(settings: Settings, registry: EcrImageRegistry) -> OciImageAssembler:
    return _made(settings, registry, EcrCredential(registry.client))


def _oci(settings: Settings, registry: ImageRegistry) -> OciImageAssembler:
    return _made(settings, registry, DockerConfig(config_file(os.environ), settings.registry))


def _made(
    settings: Settings, registry: ImageRegistry, credentials: CredentialSource
) -> OciImageAssembler:
    ours = RegistryClient(oci_address(settings), credentials)
    origins = Origins(ours, partial(_opened, settings), settings.registry_mirrors)
    short = f"{settings.repository_prefix}bases"
    full = ImageName.parse(f"{settings.registry}/{short}").repository
    copies = Copies(Repository(ours, full), registry, short)
    bases = Bases(copies, origins.of, time.monotonic)
    return OciImageAssembler(partial(Repository, ours), bases, origins.close)


def _opened(settings: Settings, host: str) -> RegistryClient:
    known = DockerConfig(config_file(os.environ), host)
    return RegistryClient(elsewhere(settings, host), known, _PATIENCE)


class AssemblingAdapters(DeclarativeContainer):
    """By the same choice as for the *registry*."""

    settings = Dependency(instance_of=Settings)
    registry: Dependency[ImageRegistry] = Dependency()
    local: Dependency[ImageAssembler] = Dependency()
    memory: Dependency[ImageAssembler] = Dependency()

    assembler = Selector(
        Callable(registry_kind, settings),
        ecr=Singleton(_ecr, settings, registry),
        oci=Singleton(_oci, settings, registry),
        local=local,
        memory=memory,
    )
