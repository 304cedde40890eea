"""Which registry the settings name, and where it is spoken to."""

from knative_lambda.adapters.ecr.address import EcrAddress, kind_of
from knative_lambda.adapters.oci.address import Address
from knative_lambda.settings import Settings, SettingsError


def registry_kind(settings: Settings) -> str:
    """Which adapter *settings* choose: `ecr`, `oci`, `local` or `memory`."""
    if settings.image_registry != "auto":
        return settings.image_registry
    # What these two build is nowhere else; any other pushes to the registry that is named.
    if settings.job_runner in ("local", "memory"):
        return settings.job_runner
    return kind_of(settings.registry)


def ecr_address(settings: Settings) -> EcrAddress:
    """Of the registry, which must be one in ECR.

    Raises:
        SettingsError: It is not.
    """
    try:
        return EcrAddress.of(settings.registry)
    except ValueError as error:
        message = f"KLB_REGISTRY: {settings.registry!r}: {error}, for KLB_IMAGE_REGISTRY=ecr"
        raise SettingsError(message) from error


def oci_address(settings: Settings) -> Address:
    """Of the registry, for who speaks to it as to any other."""
    plain = settings.registry.partition("/")[0] in settings.insecure_registries
    # The file is for whom the system does not know, and everybody knows ECR.
    besides = registry_kind(settings) == "ecr"
    return Address.of(settings.registry, settings.registry_ca_file, besides=besides, plain=plain)


def elsewhere(settings: Settings, host: str) -> Address:
    """Of a registry at *host* that base images come from."""
    plain = host in settings.insecure_registries
    # Some of them are public, and some may be signed for by whoever signs for ours.
    return Address.of(host, settings.registry_ca_file, besides=True, plain=plain)
