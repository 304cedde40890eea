"""What was shown to a registry and taken, to be shown again until it expires."""

import json
import re
from typing import Any, Final

import attrs

from knative_lambda.adapters.oci.scopes import Scope

MOST: Final = 1000  # each takes a few kilobytes

_EVERYWHERE: Final[Scope] = ()
_LIFETIME: Final = 60.0  # seconds that a token lives which does not say
_USED: Final = 0.8  # of its lifetime: clocks differ, and requests take time
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


@attrs.frozen
class Grant:
    """A value for `Authorization`.

    Attributes:
        user: Whom it stands for; `None`: nobody.
        until: The clock's reading, in seconds, from which it is not to be used any more.
        everywhere: Whether it is good for all, or only for the scope it was got for.
    """

    header: str = attrs.field(repr=False)
    user: str | None
    until: float = float("inf")
    everywhere: bool = False


def token(body: bytes, user: str | None, asked_at: float) -> Grant:
    """The grant in a token server's answer to what *user* asked of it at *asked_at*.

    Raises:
        ValueError: There is none.
    """
    try:
        answer: Any = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    fields = answer if isinstance(answer, dict) else {}
    text = fields.get("token") or fields.get("access_token")
    if not isinstance(text, str) or not _TOKEN.fullmatch(text):
        raise ValueError("no token")
    lifetime = fields.get("expires_in")
    if isinstance(lifetime, bool) or not isinstance(lifetime, (int, float)):
        lifetime = _LIFETIME
    return Grant(f"Bearer {text}", user, asked_at + _USED * lifetime)


@attrs.define(eq=False)
class Grants:
    """The grants in use; the oldest goes when there are too many."""

    _kept: dict[Scope, Grant] = attrs.field(factory=dict)

    def find(self, scope: Scope, now: float) -> Grant | None:
        """One that is good for *scope* at *now*."""
        for kept in (_EVERYWHERE, scope):
            grant = self._kept.get(kept)
            if grant is not None and now < grant.until:
                return grant
        return None

    def keep(self, scope: Scope, grant: Grant) -> None:
        """Use *grant* for *scope* from now on."""
        key = _EVERYWHERE if grant.everywhere else scope
        self._kept.pop(key, None)
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = grant

    def drop(self, scope: Scope, grant: Grant | None) -> None:
        """Forget *grant*, unless another has taken its place meanwhile."""
        for key in (_EVERYWHERE, scope):
            if grant is not None and self._kept.get(key) is grant:
                del self._kept[key]
