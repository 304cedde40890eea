"""The sidecar's process, from its variables to its exit code."""

import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from knative_lambda.application import log_context
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints import garbage
from knative_lambda.entrypoints.log_output import log_to_stderr
from knative_lambda.entrypoints.sidecar_parts import sidecar
from knative_lambda.entrypoints.without_options import without_options
from knative_lambda.environment import SettingsError, read
from knative_lambda.sidecar.settings import SidecarSettings

_SETTINGS: Final = 2
_WORDS: Final = "Runs beside Kaniko in a build's pod, and tells how the build ended."

_log = structlog.get_logger()


def run(arguments: Sequence[str], variables: Mapping[str, str], told: Sequence[int]) -> int:
    """Run to the end of the build; *told* are the signals that came before."""
    garbage.collect()
    without_options(arguments, _WORDS, SidecarSettings)
    try:
        settings = read(SidecarSettings, variables)
        log_to_stderr(settings.log_level, as_json=True, redact=Redactor.of(settings.secrets))
        asyncio.run(_run(settings, variables, told))
    except (SettingsError, SetupError) as error:
        sys.stderr.write(f"sidecar: {error}\n")
        return _SETTINGS
    return 0


async def _run(
    settings: SidecarSettings, variables: Mapping[str, str], told: Sequence[int]
) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if told:
        stop.set()
    log_context.begin(
        job=settings.job,
        build_id=settings.build_id,
        third_party_id=settings.third_party_id,
        parser_id=settings.parser_id,
    )
    async with sidecar(settings, variables, stop) as one:
        _log.info("sidecar.began", image=settings.image)
        await one.run()
        _log.info("sidecar.ended")
