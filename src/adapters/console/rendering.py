"""Pages as HTML; whatever strangers have said stands in them as text, and steers nothing."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Final

import jinja2
from markupsafe import Markup, escape

from knative_lambda.adapters.console import words
from knative_lambda.adapters.console.shown import Shown
from knative_lambda.domain.printable import printable
from knative_lambda.ports.log_feed import LogChange

_PACKAGE: Final = "knative_lambda.adapters.console"
TYPES: Final[Mapping[str, str]] = {
    "console.css": "text/css",
    "console.js": "text/javascript",
    "console.svg": "image/svg+xml",
}


@cache
def assets() -> Mapping[str, bytes]:
    """The files that pages refer to, by name."""
    folder = resources.files(_PACKAGE) / "assets"
    return {name: (folder / name).read_bytes() for name in TYPES}


@cache
def edition() -> str:
    """Another one whenever an asset is: it stands in their addresses."""
    return hashlib.sha256(b"\0".join(assets().values())).hexdigest()[:12]


def page(shown: Shown, now: int, log: LogChange | None, letters: int | None) -> str:
    """The whole page.

    Args:
        shown: What it shows.
        now: UTC nanoseconds since 1970; ages are as of then.
        log: All that is shown of its log, if it has one.
        letters: How many dead letters there are, if that is known.
    """
    values = {"shown": shown, "view": shown.view, "now": now, "log": log, "letters": letters}
    return _environment().get_template("page.html").render(values, edition=edition())


def live(shown: Shown, now: int) -> str:
    """The part of it that changes."""
    return _environment().get_template(shown.template).render(view=shown.view, now=now)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(_PACKAGE, "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    named: tuple[Callable[..., str], ...] = (words.age, words.lasted, words.lasting)
    named += (words.instant, words.moment, words.plain, words.short)
    environment.filters |= {each.__name__: each for each in named}
    environment.filters |= {"lines": _lines, "address": _address}
    return environment


def _harmless(value: object) -> object:
    """*value* without what could hide or turn other text; it is escaped afterwards."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lines(text: str) -> Markup:
    """*text* with its line ends."""
    return escape(printable(text, kept="\n\t"))


def _address(url: str | None) -> str | None:
    """*url* if it may be followed."""
    return url if url is not None and url.startswith(("http://", "https://")) else None
