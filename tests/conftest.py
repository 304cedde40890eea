"""Settings of every test run."""

from collections.abc import MutableMapping
from typing import Any

import pytest
import structlog


def _no_bug(_logger: object, _method: str, line: MutableMapping[str, Any]) -> str:
    """Silence, but for bugs: the service would survive one by retrying; a test must not."""
    if line["event"] == "delivery.bug":
        raise line["exc_info"]
    raise structlog.DropEvent


@pytest.fixture(autouse=True, scope="session")
def _logs_are_silent() -> None:
    structlog.configure(processors=[_no_bug], cache_logger_on_first_use=False)
