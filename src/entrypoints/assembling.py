"""What puts images together in a registry; imported when the first of them is."""

import os
from functools import partial

from knative_lambda.adapters.assembling.assembler import OciImageAssembler
from knative_lambda.adapters.assembling.origins import Origins
from knative_lambda.adapters.ecr.credential import EcrCredential
from knative_lambda.adapters.ecr.image_registry import EcrImageRegistry
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.credentials import CredentialSource
from knative_lambda.adapters.oci.docker_config import DockerConfig, config_file
from knative_lambda.entrypoints.registry_addresses import elsewhere, oci_address
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.settings import Settings


def in_ecr(settings: Settings, registry: EcrImageRegistry) -> OciImageAssembler:
    """With the token of the service's role."""
    return _made(settings, registry, EcrCredential(registry.client))


def in_oci(settings: Settings, registry: ImageRegistry) -> OciImageAssembler:
    """With what Docker's configuration knows of it."""
    return _made(settings, registry, DockerConfig(config_file(os.environ), settings.registry))


def _made(
    settings: Settings, registry: ImageRegistry, credentials: CredentialSource
) -> OciImageAssembler:
    ours = RegistryClient(oci_address(settings), credentials)
    origins = Origins(ours, partial(_opened, settings), settings.registry_mirrors)
    return OciImageAssembler.among(origins, registry, f"{settings.repository_prefix}bases")


def _opened(settings: Settings, host: str) -> RegistryClient:
    known = DockerConfig(config_file(os.environ), host)
    # Kaniko may reach it where this service does not, so that it is soon given up.
    return RegistryClient(elsewhere(settings, host), known, timeout=5.0)
