"""Past the measuring of calls."""

from typing import Any


def behind(port: Any) -> Any:
    """The adapter whose calls are measured as *port*."""
    return port.inner
