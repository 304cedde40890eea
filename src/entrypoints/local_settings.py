"""What is done on this machine needs a state folder; `dev` and the demo do all of it there."""

import os
from pathlib import Path

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
        raise _unusable(place, error) from error
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


def seen(settings: Settings) -> None:
    """See that whatever is in the state folder can be looked at; it need not be there yet.

    Raises:
        SettingsError: It cannot.
    """
    try:
        os.scandir(settings.state_dir).close()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _unusable(settings.state_dir, error) from error


def _unusable(place: Path, error: OSError) -> SettingsError:
    message = f"KLB_STATE_DIR: {place}: must be a folder, or can be made one: {error.strerror}"
    return SettingsError(message)
