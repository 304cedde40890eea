"""What somebody may have meant who typed something that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_LEAST: Final = 3  # letters of a word that is taken for the beginning of another
_LIKENESS: Final = 0.6


def hint(word: str, known: Iterable[str]) -> str:
    """A question for that one of *known* which is most like *word*; empty if none is like it."""
    words = sorted(known)
    begun = [one for one in words if len(word.lstrip("-")) >= _LEAST and one.startswith(word)]
    near = begun or get_close_matches(word, words, 1, _LIKENESS)
    return f"; did you mean {near[0]}?" if near else ""
