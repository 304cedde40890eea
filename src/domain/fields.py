"""Reading untrusted JSON field by field: every problem is noted, none stops the reading."""

import re
from collections.abc import Mapping, Sequence

import attrs

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.redaction import redacted
from knative_lambda.domain.rejection import Rejection

_SHOWN = 60  # characters of a wrong value that are shown
_SEARCHED = 4096  # characters of it that are searched for credentials; a cut one has no form
_TOLD = 30  # problems of one request that are told


@attrs.frozen
class Problem:
    """One thing wrong with a request: which *field*, the *value* as shown, the *rule* it breaks."""

    field: str
    value: str
    rule: str

    def __str__(self) -> str:
        return f"{self.field}: {self.value}: {self.rule}"


class InvalidRequestError(PermanentError):
    """The data of an event breaks rules; *problems* has all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        told = [str(problem) for problem in self.problems[:_TOLD]]
        if len(self.problems) > _TOLD:
            told.append(f"and {len(self.problems) - _TOLD} more problems")
        super().__init__(Rejection.INVALID, "; ".join(told))


@attrs.frozen
class Pattern:
    """A rule on text: what it must match in whole, its most characters, and the rule in words."""

    expression: re.Pattern[str]
    longest: int
    words: str

    def allows(self, text: str) -> bool:
        """Whether *text* keeps the rule."""
        return len(text) <= self.longest and self.expression.fullmatch(text) is not None


def pattern(expression: str, longest: int, words: str) -> Pattern:
    """A `Pattern` over ASCII; its words name the limit too."""
    return Pattern(re.compile(expression, re.ASCII), longest, f"{words}, at most {longest} long")


def shown(value: object, *, secret: bool = False) -> str:
    """*value* as an error may show it: one line, cut, without credentials.

    Args:
        value: What was given.
        secret: Whether it may be one whatever it looks like; then it is not shown at all.
    """
    if secret:
        return "(hidden)"
    try:
        text = ascii(value)
    except RecursionError:
        return f"{type(value).__name__}, nested too deeply to show"
    text = redacted(text[:_SEARCHED])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


class Fields:
    """A JSON object under reading. A wrong field is noted and read as its default."""

    def __init__(
        self, data: Mapping[str, object], problems: list[Problem], prefix: str = ""
    ) -> None:
        self._data = data
        self._prefix = prefix
        self.problems = problems

    def note(self, name: str, value: object, rule: str, *, secret: bool = False) -> None:
        """Note that field *name* breaks *rule*."""
        self.problems.append(Problem(self._prefix + name, shown(value, secret=secret), rule))

    def get(self, name: str) -> object:
        """The raw value; `None` when it is absent, since JSON's null counts as absent."""
        return self._data.get(name)

    def required(self, name: str, rule: Pattern, *, secret: bool = False) -> str:
        """Text that must be there."""
        if self.get(name) is None:
            self.problems.append(Problem(self._prefix + name, "missing", f"required: {rule.words}"))
            return ""
        return self.text(name, rule, secret=secret) or ""

    def text(self, name: str, rule: Pattern, *, secret: bool = False) -> str | None:
        """Text that keeps *rule*, or `None` when absent."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, str) and rule.allows(value):
            return value
        self.note(name, value, f"must be {rule.words}", secret=secret)
        return None

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number from *low* to *high*."""
        value = self.get(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.note(name, value, f"must be a whole number from {low} to {high}")
        return default

    def flag(self, name: str) -> bool:
        """`true` or `false`; absent is false."""
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            self.note(name, value, "must be true or false")
        return value is True

    def choice(self, name: str, options: Sequence[str], default: str) -> str:
        """One of *options*."""
        value = self.get(name)
        if value is None:
            return default
        if isinstance(value, str) and value in options:
            return value
        self.note(name, value, f"must be one of: {', '.join(options)}")
        return default

    def section(self, name: str, known: Sequence[str]) -> "Fields":
        """A nested object, whose fields must all be *known*: a typing error is no default."""
        value = self.get(name)
        inside = f"{self._prefix}{name}."
        if value is None:
            return Fields({}, self.problems, inside)
        if not isinstance(value, Mapping):
            self.note(name, value, "must be an object", secret=True)
            return Fields({}, self.problems, inside)
        for unknown in sorted(set(value) - set(known)):
            rule = f"unknown; known: {', '.join(known)}"
            self.note(f"{name}.{shown(unknown)[1:-1]}", value[unknown], rule, secret=True)
        return Fields(value, self.problems, inside)

    def listed(self, name: str, most: int) -> Sequence[object]:
        """A list of at most *most* items."""
        value = self.get(name)
        if value is None:
            return ()
        if isinstance(value, list) and len(value) <= most:
            return value
        self.note(name, value, f"must be a list of at most {most}")
        return ()

    def pairs(
        self, name: str, key: Pattern, value: Pattern, most: int
    ) -> tuple[tuple[str, str], ...]:
        """An object of text to text, sorted; its values are taken for secrets in errors."""
        given = self.get(name)
        if given is None:
            return ()
        if not isinstance(given, Mapping) or len(given) > most:
            self.note(name, given, f"must be an object of at most {most} texts", secret=True)
            return ()
        for label, content in given.items():
            if not key.allows(label):
                self.note(name, label, f"each name in it must be {key.words}")
            elif not (isinstance(content, str) and value.allows(content)):
                self.note(f"{name}.{label}", content, f"must be {value.words}", secret=True)
        return tuple(sorted((k, v) for k, v in given.items() if isinstance(v, str)))
