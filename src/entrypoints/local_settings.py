"""What `dev` and the demo run by, whatever is configured: all of it on this machine."""

import attrs

from knative_lambda.settings import Settings, SettingsError


def usable(settings: Settings) -> Settings:
    """*settings* of a system that needs no cluster, no broker and no network.

    Raises:
        SettingsError: The state directory cannot be used.
    """
    place = settings.state_dir
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"KLB_STATE_DIR: {place}: must be a folder, or can be made one: {error.strerror}"
        raise SettingsError(message) from error
    return attrs.evolve(
        settings,
        event_source="memory",
        event_publisher="memory",
        source_fetcher="directory",
        context_store="directory",
        image_registry="local",
        job_runner="local",
        service_deployer="local",
    )
