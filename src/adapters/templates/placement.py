"""Where in a document a value may stand: in the place of a whole one, and not inside of quotes."""

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import nodes

_BEGINS_AFTER: Final = " \t\n[{(,:"
_ENDS_BEFORE: Final = " \t\n]}),:"
_QUOTED: Final = re.compile(r""""[^"\n]*"|'[^'\n]*'""")


def misplaced(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """The lines of the values whose quotes would not be those of a whole value, and what is wrong.

    Only the text right beside a value is looked at, up to the next tag. In a comment it may be any.
    """
    for output in tree.find_all(nodes.Output):
        before = ""
        for part, after in zip(output.nodes, [*output.nodes[1:], None], strict=True):
            if isinstance(part, nodes.TemplateData):
                before += part.data
                continue
            line = _QUOTED.sub("", before.rpartition("\n")[2])
            behind = after.data if isinstance(after, nodes.TemplateData) else ""
            if "#" not in line and (_is_open(line) or _is_joined(before, behind)):
                yield (
                    part.lineno,
                    "a value brings its own quotes and must stand alone, as in: {{ x }}",
                )
            before += "0"  # whatever it is, it leaves no quote open


def _is_open(line: str) -> bool:
    return '"' in line or "'" in line


def _is_joined(before: str, behind: str) -> bool:
    return before[-1:] not in _BEGINS_AFTER or behind[:1] not in _ENDS_BEFORE
