"""Dockerfiles from templates: nothing is quoted, since only what a grammar allows gets in."""

from collections.abc import Callable, Mapping
from typing import Final

import jinja2

from knative_lambda.adapters.templates.environment import environment
from knative_lambda.domain import rules
from knative_lambda.domain.fields import Pattern, pattern, shown

_FILE: Final = pattern(r"\.?[A-Za-z0-9][A-Za-z0-9._-]*", 64, "the plain name of a file")


class DockerfileValueError(Exception):
    """A value that must not stand in a Dockerfile."""


class _Checked(str):
    """Text that its grammar allows."""

    __slots__ = ()


def _grammar(rule: Pattern) -> Callable[[object], _Checked]:
    def check(value: object) -> _Checked:
        if isinstance(value, jinja2.Undefined):
            value = str(value)  # raises: a strict one has no text
        if isinstance(value, str) and rule.allows(value):
            return _Checked(value)
        raise DockerfileValueError(f"{shown(value)} in a Dockerfile must be {rule.words}")

    return check


# None of them allows white space, quotes, `$`, `\` or `#`: a value is one word, wherever it stands.
GRAMMARS: Final[Mapping[str, Callable[[object], str]]] = {
    "image": _grammar(rules.IMAGE),
    "variable": _grammar(rules.VARIABLE),
    "file": _grammar(_FILE),
}


def _only_checked(value: object) -> _Checked:
    if isinstance(value, jinja2.Undefined):
        value = str(value)  # raises, as above
    if isinstance(value, _Checked):
        return value
    raise DockerfileValueError(
        f"{shown(value)} in a Dockerfile was not checked; let the template name its grammar, "
        "as in {{ value | image }}"
    )


def dockerfiles(contents: Mapping[str, bytes]) -> jinja2.Environment:
    """For templates in which `{{ value | grammar }}` names the grammar that the value must match.

    Rendering raises DockerfileValueError for a value outside of its grammar, or without one.
    """
    made = environment(contents, _only_checked)
    made.filters.update(GRAMMARS)
    return made
