"""What a registry answers, read whole."""

import json
import re
from typing import Any, Final

import attrs
from multidict import CIMultiDictProxy

_CODE: Final = re.compile(r"[A-Za-z_]{1,60}")
_SECONDS: Final = re.compile(r"[0-9]{1,6}")


@attrs.frozen
class Answer:
    """A status, headers, and the body if it was asked for."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = attrs.field(repr=False)

    @property
    def digest(self) -> str:
        """What the registry calls what it answers about; empty if it does not say."""
        return self.headers.get("Docker-Content-Digest", "")

    @property
    def wait(self) -> float:
        """Seconds until the same may be asked again; 0 if there are none told, or a date."""
        said = self.headers.get("Retry-After", "")
        return float(said) if _SECONDS.fullmatch(said) else 0.0

    @property
    def codes(self) -> frozenset[str]:
        """What the registry calls the errors that it tells; no more, since its words may quote."""
        try:
            told: Any = json.loads(self.body)
        except (ValueError, RecursionError):
            return frozenset()
        errors = told.get("errors") if isinstance(told, dict) else None
        listed = errors if isinstance(errors, list) else []
        codes = (error.get("code") for error in listed if isinstance(error, dict))
        return frozenset(code for code in codes if isinstance(code, str) and _CODE.fullmatch(code))
