"""What there is to show of dead letters: their reasons, and as much of their bodies as is fit."""

import base64
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from typing import Final

import attrs

from knative_lambda.application.replay import reading
from knative_lambda.ports.letter_notes import LetterNote, LetterNotes
from knative_lambda.ports.letter_sight import LetterSight
from knative_lambda.ports.letters import Letter

MOST: Final = 200  # letters that are looked at
LONGEST: Final = 16 * 1024  # characters of a body that are shown
_READABLE: Final = 256 * 1024  # bytes of a body; of a longer one nothing is shown
_HIDDEN: Final = frozenset({"env", "build_args"})  # whose values are their tenants' own
_INSTEAD: Final = "[redacted]"


@attrs.frozen
class LetterBoard(LetterNotes):
    """Looks through them.

    Attributes:
        sight: `None` where there is no queue of them.
        redact: Takes secrets out of a text.
        default_source: See `knative_lambda.domain.intake.read`.
    """

    sight: LetterSight | None
    redact: Callable[[str], str]
    default_source: str

    async def count(self) -> int | None:
        """How many there are; `None` where they cannot be counted.

        Raises:
            SetupError: They may not be seen.
            TransientError: They cannot be reached.
        """
        return await self.sight.count() if self.sight is not None else None

    async def notes(self) -> Sequence[LetterNote]:
        """The oldest `MOST`, the newest of them first.

        Raises:
            SetupError: They may not be seen.
            TransientError: They cannot be reached.
        """
        if self.sight is None:
            return []
        async with aclosing(self.sight.letters(MOST)) as letters:
            notes = [self._note(letter) async for letter in letters]
        return notes[::-1]

    def _note(self, letter: Letter) -> LetterNote:
        said, body = reading(letter.message, self.default_source), letter.message.body
        text = self._text(body)
        event = said.event
        return LetterNote(
            letter=attrs.evolve(
                letter,
                message=attrs.evolve(letter.message, body=b"", headers={}),
                properties={},
                detail=self.redact(letter.detail),
            ),
            type=event.type if event is not None else None,
            source=event.source if event is not None else None,
            event_id=event.id if event is not None else None,
            function=said.function,
            refusal=self.redact(str(said.refusal)) if said.refusal is not None else None,
            size=len(body),
            body=text[:LONGEST] if text is not None else None,
            is_cut=len(body) > _READABLE or (text is not None and len(text) > LONGEST),
        )

    def _text(self, body: bytes) -> str | None:
        if len(body) > _READABLE:
            return ""
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return None
        with suppress(ValueError, RecursionError):
            text = json.dumps(_without_values(json.loads(text)), indent=2, ensure_ascii=False)
        return self.redact(text)


def _without_values(value: object) -> object:
    """*value* without what tenants set for their own functions and builds."""
    if isinstance(value, list):
        return [_without_values(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _hidden(each) if name in _HIDDEN else _without_values(_opened(name, each))
        for name, each in value.items()
    }


def _opened(name: str, value: object) -> object:
    """*value*, also where *name* is of what holds an event's data in some other form than JSON."""
    match name:
        case "data":
            return _from_text(value)
        case "data_base64":
            return _from_base64(value)
        case _:
            return value


def _from_text(value: object) -> object:
    """What *value* is the JSON of; nothing of it where its parts cannot be told apart."""
    if not isinstance(value, str):
        return value
    with suppress(ValueError, RecursionError):
        read = json.loads(value)
        return _INSTEAD if isinstance(read, str) else read
    return _INSTEAD


def _from_base64(value: object) -> object:
    """What stands in *value*; nothing of it where that cannot be seen."""
    with suppress(ValueError):
        return _from_text(base64.b64decode(str(value), validate=True).decode())
    return _INSTEAD


def _hidden(value: object) -> object:
    return dict.fromkeys(value, _INSTEAD) if isinstance(value, dict) else _INSTEAD
