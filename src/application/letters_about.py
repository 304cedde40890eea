"""The dead letters that are about one build, or about a function that nothing was built of."""

from collections.abc import AsyncIterator, Callable
from typing import Final

import attrs

from knative_lambda.application.finding import Target
from knative_lambda.application.observation import named
from knative_lambda.application.replay import reading
from knative_lambda.application.retelling import build_named_in
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.ports.build_view import GivenUp
from knative_lambda.ports.letters import Letter

_START: Final = f"{PREFIX}build.start"


@attrs.frozen
class LettersAbout:
    """Looks through all there are.

    Attributes:
        letters: Gives each, in the order in which they were given up.
        default_source: See `knative_lambda.domain.intake.read`.
    """

    letters: Callable[[], AsyncIterator[Letter]]
    default_source: str

    async def of(self, target: Target) -> GivenUp | None:
        """The newest about the build that *target* names in full; else of its function's starts.

        Raises:
            SetupError: They may not be read.
            TransientError: They cannot be reached.
        """
        found = None
        async for letter in self.letters():
            one = GivenUp(letter, reading(letter.message, self.default_source))
            if target.function in (None, one.reading.function) and self._is_meant(one, target):
                found = one
        return found

    def _is_meant(self, one: GivenUp, target: Target) -> bool:
        if target.build is not None:
            return self.build_of(one) == target.build
        event = one.reading.event
        return target.function is not None and event is not None and event.type == _START

    def build_of(self, one: GivenUp) -> str | None:
        """The build that a letter is about; `None` for another request, or what cannot be read."""
        event = one.reading.event
        if event is None:
            return None
        if event.type == _START:
            return named(event)
        about = build_named_in(event)
        return about if isinstance(about, str) else None
