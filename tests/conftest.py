"""Settings of every test run."""

from collections.abc import MutableMapping
from typing import Any

import hypothesis
import pytest
import structlog

# How long an example takes says how busy the machine is, not whether what it shows holds.
hypothesis.settings.register_profile("any machine", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("any machine")


# What takes minutes begins first, or one core works on it while all others are done.
_LONG = ("test_histories", "test_chaos", "test_fairness", "test_installs", "test_installed_users")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files, not what is in them."""
    items.sort(key=lambda item: not item.path.name.startswith(_LONG))


def _no_bug(_logger: object, _method: str, line: MutableMapping[str, Any]) -> str:
    """Silence, but for bugs: the service would survive one by retrying; a test must not."""
    if line["event"] == "delivery.bug":
        raise line["exc_info"]
    raise structlog.DropEvent


@pytest.fixture(autouse=True, scope="session")
def _logs_are_silent() -> None:
    structlog.configure(processors=[_no_bug], cache_logger_on_first_use=False)
