"""Lays out the help of a command."""

import argparse
import shutil
from typing import Final

_WIDEST: Final = 100  # characters; longer lines are hard to read


class HelpFormatter(argparse.HelpFormatter):
    """Breaks prose, and leaves alone what has lines of its own."""

    def __init__(self, prog: str) -> None:
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        super().__init__(prog, max_help_position=28, width=width)

    def _format_action(self, action: argparse.Action) -> str:
        if not isinstance(action.choices, dict):
            return super()._format_action(action)
        self._dedent()  # commands stand below their title, and not below a word for all of them
        lines = [self._format_action(one) for one in self._iter_indented_subactions(action)]
        self._indent()
        return "".join(lines)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)
