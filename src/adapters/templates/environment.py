"""What templates of every kind share: where they come from, and that nothing is made up."""

from collections.abc import Callable, Mapping
from typing import Final

import jinja2

_ENCODING: Final = "utf-8-sig"  # some editors begin a file with a byte order mark


def decoded(content: bytes) -> str:
    """The text of a template.

    Raises:
        UnicodeDecodeError: It is not UTF-8.
    """
    return content.decode(_ENCODING)


def environment(
    contents: Mapping[str, bytes], finalize: Callable[[object], str]
) -> jinja2.Environment:
    """An environment for the templates in *contents*; *finalize* makes the text of each value."""

    def load(name: str) -> tuple[str, str, None] | None:
        # The name stands for the file, so that an error's traceback tells which template it was.
        return (decoded(contents[name]), name, None) if name in contents else None

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - nothing here is HTML, and `finalize` sees to each value
    )
