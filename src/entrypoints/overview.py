"""The program's own help: its commands, by what one wants, and the variables."""

import argparse
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from knative_lambda.adapters.terminal.command_parser import CommandParser
from knative_lambda.settings import table

PURPOSES: Final[Mapping[str, Sequence[str]]] = {
    "Develop, on this machine": ("dev", "demo", "render"),
    "Send, to a service that runs": ("submit",),
    "Look": ("list", "status", "logs", "explain"),
    "Step in": ("cancel", "rollback", "delete", "dlq"),
    "Run the service": ("consume", "serve", "reconcile"),
    "Check, and look up": ("doctor", "schema", "completion"),
}
_OPTIONS: Final = (("-h, --help", "show this"), ("--version", "tell the version"))
_WIDEST: Final = 100  # characters of a line
_MORE: Final = """
knative-lambda COMMAND --help shows what one takes, with examples.
knative-lambda --help shows all variables, too.
"""


class Program(CommandParser):
    """The one that has the commands."""

    def overview(self, _options: argparse.Namespace) -> str:
        """What is told to somebody who says nothing."""
        return f"{self.description}\n\n{self._commands()}\n{_MORE}"

    def format_help(self) -> str:
        """The same, with its own options and all variables."""
        usage = f"usage: {self.prog} COMMAND ...\n       {self.prog} COMMAND --help"
        options = "\n".join(("options:", *_lines(_OPTIONS, 12)))
        rows = [(name, f"{words} [{given}]".removesuffix(" []")) for name, given, words in table()]
        variables = "\n".join(("environment variables:", *_lines(rows, 34)))
        parts = (usage, str(self.description), self._commands(), options, variables)
        return "\n\n".join(parts) + "\n"

    def _commands(self) -> str:
        parts = []
        for purpose, names in PURPOSES.items():
            rows = [(name, self.commands[name].summary) for name in names]
            parts.append("\n".join((purpose, *_lines(rows, 12))))
        return "\n\n".join(parts)


def _lines(rows: Sequence[tuple[str, str]], names: int) -> Iterator[str]:
    width, indent = min(shutil.get_terminal_size().columns, _WIDEST), " " * (names + 2)
    for name, words in rows:
        row = f"  {name:<{names}}{words}"
        yield from textwrap.wrap(
            row, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        )
