"""`knative-lambda completion`: what makes a shell complete commands, options and their values."""

import argparse
from collections.abc import Mapping
from typing import Final

import shtab

from knative_lambda.adapters.schemas import types
from knative_lambda.adapters.terminal.command_parser import CommandParser
from knative_lambda.domain.runtimes import NAMES
from knative_lambda.entrypoints.arguments import Commands

_PATHS: Final[Mapping[str, object]] = {
    "FILE": shtab.FILE,
    "EVENT-FILE": shtab.FILE,
    "FOLDER": shtab.DIRECTORY,
    "SOURCE": shtab.DIRECTORY,
}


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "print what makes a shell complete this program's command lines"
    parser = commands.add_parser("completion", help=words, description=words)
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"))
    parser.set_defaults(text=script)


def script(top: CommandParser, options: argparse.Namespace) -> str:
    """What the shell that *options* name is to read, of all that *top* takes."""
    _mark(top)
    return f"{shtab.complete(top, options.shell)}\n"


def _mark(parser: CommandParser) -> None:
    """Say of the arguments of *parser* which values they have, as far as it is known here."""
    for action in parser.actions:
        if action.metavar in _PATHS:
            vars(action)["complete"] = _PATHS[str(action.metavar)]  # where shtab looks for it
        elif action.dest == "runtime":
            action.choices = NAMES
        elif parser.prog.endswith(" schema") and action.dest == "type":
            action.choices = [one.short for one in types()]
    for each in parser.commands.values():
        _mark(each)
