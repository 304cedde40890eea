"""How a cause shows in a log, and what is told of it."""

import re
from collections.abc import Mapping
from typing import Final

import attrs

from knative_lambda.domain.causes.telling import LONGEST_DETAIL, shortened, shown
from knative_lambda.domain.failures import Reason

# What patterns are written with, `{word package}` for one. Each has an end: no text can keep a
# pattern busy, whoever wrote it.
_SHAPES: Final[Mapping[str, str]] = {
    "any": r"[^\n]{0,600}",
    "line": r"[^\n]{1,200}",
    "lines": r"(?:[^\n]{0,4200}\n){0,40}?",
    "name": r"[^'\"\n]{1,200}",
    "number": r"\d{1,7}",
    "short": r"[^\n]{1,80}?",
    "thrown": r"(?:[A-Za-z_][\w.]{0,60})?(?:Error|Exception)(?: \[\w{1,60}\])?: [^\n]{1,200}",
    "word": r"\S{1,200}?",
}
FLAGS: Final = re.ASCII | re.MULTILINE
_SHAPE: Final = re.compile(r"\{([a-z]{2,9})(?: ([a-z]{2,9}))?\}")
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_NAMED: Final = re.compile(r"\{(\w+)\}")


@attrs.frozen
class Cause:
    """Why a build failed.

    Attributes:
        detail: One line for the tenant.
    """

    reason: Reason
    detail: str


@attrs.frozen
class Sign:
    """What a tool writes when it fails for one cause.

    Attributes:
        shows: The cause, for documents.
        pattern: Finds it in what a step wrote. It is compiled when it is first looked for, as a
            sidecar is there in no time, and most builds go well.
        told: Of the cause, with the pattern's groups in braces; what stands in brackets is left
            out where a group in it has found nothing.
        reason: It is one of.
    """

    shows: str
    pattern: str
    told: str
    reason: Reason

    def cause(self, text: str) -> Cause | None:
        """The cause, if *text* shows it."""
        found = re.search(self.pattern, text, FLAGS)
        if found is None:
            return None
        values = {name: shown(value or "") for name, value in found.groupdict().items()}
        return Cause(self.reason, shortened(_filled(self.told, values), LONGEST_DETAIL))


def sign(shows: str, pattern: str, told: str, reason: Reason = Reason.DEPENDENCY_INSTALL) -> Sign:
    """A sign that begins where a line does; *pattern* is a regular one, with shapes in braces."""
    return Sign(shows, f"^{_SHAPE.sub(_shape, pattern)}", told, reason)


def _shape(match: re.Match[str]) -> str:
    shape, name = _SHAPES[match[1]], match[2]
    return f"(?P<{name}>{shape})" if name else shape


def _filled(told: str, values: Mapping[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        return match[1] if all(values[name] for name in _NAMED.findall(match[1])) else ""

    return _NAMED.sub(lambda name: values[name[1]], _OPTIONAL.sub(part, told))
