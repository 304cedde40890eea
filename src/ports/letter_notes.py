"""Port: what there is to show of dead letters, when their bodies are not all to be seen."""

from collections.abc import Sequence
from typing import Protocol

import attrs

from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.letters import Letter


@attrs.frozen(kw_only=True)
class LetterNote:
    """All there is to show of a letter; it does not hold its message.

    Attributes:
        letter: Without its body, its headers and its properties.
        type: Of the event, if it can be read; so are *source* and *event_id*.
        function: The one that it is about, if it names one.
        refusal: Why it would be refused again, if that can be told.
        size: Bytes of its body.
        body: What can be shown of it, without secrets; `None` if it is no text.
        is_cut: Whether that is not all.
    """

    letter: Letter
    type: str | None = None
    source: str | None = None
    event_id: str | None = None
    function: FunctionId | None = None
    refusal: str | None = None
    size: int = 0
    body: str | None = None
    is_cut: bool = False


class LetterNotes(Protocol):
    """Looks at dead letters, and leaves them where they are."""

    async def count(self) -> int | None:
        """How many there are; `None` where there is no queue of them.

        Raises:
            SetupError: They may not be seen.
            TransientError: They cannot be reached; so for both methods.
        """
        ...

    async def notes(self) -> Sequence[LetterNote]:
        """The oldest, as many as are shown; of these the newest first."""
        ...
