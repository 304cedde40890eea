"""Port: the Triggers of a function, as anybody sees them who may look."""

from collections.abc import Sequence
from typing import Protocol

import attrs

from knative_lambda.domain.ids import FunctionId


@attrs.frozen(kw_only=True)
class SeenTrigger:
    """A Trigger as it is seen.

    Attributes:
        attributes: What events must have to pass its filter.
        ready: Whether events come through.
        message: Why they do not.
    """

    name: str
    attributes: tuple[tuple[str, str], ...]
    ready: bool
    message: str = ""


class TriggerSight(Protocol):
    """Shows Triggers, and changes nothing.

    Laws (`tests/contracts/trigger_sight.py`):

    - All that were bound to the function's Service are seen, each with its filter, by name.
    - None of another function is among them.
    - Of a function that has none, none is seen.
    """

    async def of(self, function: FunctionId) -> Sequence[SeenTrigger]:
        """Those of *function*.

        Raises:
            SetupError: The cluster does not let us look.
            TransientError: It cannot be reached.
        """
        ...
