"""How an image comes to be: appended to its base through the registry, or built by Kaniko."""

from enum import Enum
from typing import Final

import attrs

LONGEST_REASON: Final = 300  # characters; a record has room for hundreds of builds


class Strategy(Enum):
    """What an installation or a build asks for.

    `AUTO` appends what can be appended, and has Kaniko build all else; `APPEND` makes no Job, so
    that what cannot be appended fails; `KANIKO` appends nothing.
    """

    AUTO = "auto"
    APPEND = "append"
    KANIKO = "kaniko"


@attrs.frozen
class Choice:
    """How one build's image is made.

    Attributes:
        strategy: `APPEND` or `KANIKO`.
        reason: Why, as words for the tenant.
    """

    strategy: Strategy
    reason: str
