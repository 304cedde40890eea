"""A function that cannot be built, and how its image would have been built."""

from collections.abc import Mapping
from typing import Final

import attrs

CLOSED: Final = "http://127.0.0.1:9"  # nobody listens there
REFUSING: Final = "http://refusing.test"  # stands for a registry that answers 401
REGISTRY: Final = "http://registry.test"  # stands for the one that npm asks
WITHOUT_COMPILER: Final = "WITHOUT_COMPILER"


@attrs.frozen
class Failure:
    """One build that fails.

    Attributes:
        name: Of its log.
        files: Of the app, by their paths.
        steps: What its Dockerfile runs.
        env: What is set for all steps.
    """

    name: str
    files: Mapping[str, str]
    steps: tuple[tuple[str, ...], ...]
    env: Mapping[str, str] = attrs.field(factory=dict)
