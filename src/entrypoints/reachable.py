"""What commands that talk to a running service demand of the settings."""

from knative_lambda.entrypoints.local_settings import seen
from knative_lambda.settings import Settings, SettingsError


def reachable(settings: Settings, *, uploads: bool, listens: bool) -> None:
    """See that *settings* lead to a service in another process.

    Raises:
        SettingsError: They do not.
    """
    if settings.event_publisher == "memory":
        raise SettingsError("KLB_EVENT_PUBLISHER: memory is heard by no other process")
    if listens and settings.event_publisher != "rabbitmq":
        raise SettingsError("KLB_EVENT_PUBLISHER: must be rabbitmq for --wait, which listens there")
    if settings.event_publisher == "http" and not settings.sink:
        raise SettingsError("K_SINK: missing: required for KLB_EVENT_PUBLISHER=http")
    if uploads and settings.context_store == "s3" and not settings.context_bucket:
        raise SettingsError("KLB_CONTEXT_BUCKET: missing: a folder is uploaded there")
    if uploads and settings.context_store == "memory":
        raise SettingsError("KLB_CONTEXT_STORE: memory is seen by no other process")


def readable(settings: Settings) -> None:
    """See that *settings* lead to the records of a service in another process.

    Raises:
        SettingsError: They do not.
    """
    if settings.service_deployer == "memory":
        raise SettingsError("KLB_SERVICE_DEPLOYER: memory is seen by no other process")
    if settings.service_deployer == "local":
        seen(settings)
