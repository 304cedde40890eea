"""What `dev` and the demo demand of the settings: all of it on this machine."""

import attrs

from knative_lambda.settings import Settings, SettingsError


def usable(settings: Settings) -> Settings:
    """*settings* with a broker in memory, if a local system can run by them.

    Raises:
        SettingsError: They name other adapters, or a state directory that cannot be used.
    """
    if settings.job_runner != "local":
        raise SettingsError("KLB_JOB_RUNNER: this command takes no other than local, its default")
    place = settings.state_dir
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"KLB_STATE_DIR: {place}: must be a folder, or can be made one: {error.strerror}"
        raise SettingsError(message) from error
    # What happens on this machine alone needs no broker and no network, whatever is configured.
    return attrs.evolve(
        settings, event_source="memory", event_publisher="memory", source_fetcher="directory"
    )
