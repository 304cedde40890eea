"""Settings of every test run."""

from collections.abc import MutableMapping
from typing import Any

import hypothesis
import pytest
import structlog

# How long an example takes says how busy the machine is, not whether what it shows holds.
hypothesis.settings.register_profile("any machine", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("any machine")


def _no_bug(_logger: object, _method: str, line: MutableMapping[str, Any]) -> str:
    """Silence, but for bugs: the service would survive one by retrying; a test must not."""
    if line["event"] == "delivery.bug":
        raise line["exc_info"]
    raise structlog.DropEvent


@pytest.fixture(autouse=True, scope="session")
def _logs_are_silent() -> None:
    structlog.configure(processors=[_no_bug], cache_logger_on_first_use=False)
