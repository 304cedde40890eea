"""Dockerfiles from templates: nothing is quoted, since only what a grammar allows gets in."""

from collections.abc import Callable
from typing import Final

import jinja2

from knative_lambda.adapters.templates import folder
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


def _only_checked(value: object) -> _Checked:
    if isinstance(value, jinja2.Undefined):
        value = str(value)  # raises, as above
    if isinstance(value, _Checked):
        return value
    raise DockerfileValueError(
        f"{shown(value)} in a Dockerfile was not checked; let the template name its grammar, "
        "as in {{ value | image }}"
    )


# Each `{{ value | grammar }}` in a template names the grammar that the value must match, which
# has no white space, quotes, `$`, `\` or `#`: such a value is one word, wherever it stands.
DOCKERFILES: Final = jinja2.Environment(
    loader=jinja2.FunctionLoader(folder.text),
    undefined=jinja2.StrictUndefined,
    finalize=_only_checked,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - a Dockerfile is not HTML, and `finalize` checks
)
DOCKERFILES.filters.update(
    image=_grammar(rules.IMAGE), variable=_grammar(rules.VARIABLE), file=_grammar(_FILE)
)


def rendered_dockerfile(template: str, **values: object) -> bytes:
    """The Dockerfile of *template* with *values*.

    Raises:
        DockerfileValueError: A value is not what its grammar allows.
        jinja2.UndefinedError: A value is missing.
    """
    return DOCKERFILES.get_template(template).render(values).encode("ascii")
