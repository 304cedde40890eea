"""Reads a command line; what is wrong with it is told in a line, with what may have been meant."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from knative_lambda.adapters.terminal.typos import hint

_USAGE: Final = 2  # the exit code of a command that was called wrongly
_OPTION: Final = re.compile(r"--?[A-Za-z]")


class CommandParser(argparse.ArgumentParser):
    """Of the program, of a command, or of an action of a command; options are not abbreviated.

    Attributes:
        summary: What it is for, in a few words.
    """

    def __init__(self, *, prog: str | None = None, description: str | None = None) -> None:
        super().__init__(prog, description=description, allow_abbrev=False, add_help=False)
        self.exit_on_error, self._positionals.title = False, "arguments"
        self.summary = description or ""
        self._given: Sequence[str] = ()
        self.add_argument("-h", "--help", action="help", help="show this")

    @property
    def commands(self) -> Mapping[str, "CommandParser"]:
        """Those that it has, or the actions of a command."""
        found = (one.choices for one in self._actions if isinstance(one.choices, dict))
        return next(found, {})

    @property
    def actions(self) -> Sequence[argparse.Action]:
        """Whatever was declared, in its order."""
        return self._actions

    @property
    def options(self) -> Mapping[str, argparse.Action]:
        """Its own, by their names."""
        return self._option_string_actions

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read all of *args*; whoever is told what it does not know says so itself, by exiting."""
        self._given = sys.argv[1:] if args is None else args
        try:
            options, unread = super().parse_known_args(args, namespace)
        except argparse.ArgumentError as error:
            self.error(": ".join(filter(None, (error.argument_name, error.message))))
        if unread:
            self.error(f"{unread[0]}: nothing more is expected here")
        return options, unread

    def format_help(self) -> str:
        """What it is for, what it takes, and last the options that stand in no group."""
        self._action_groups.sort(key=lambda group: group is self._optionals)
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Exit, after a line that tells of an option that there is not, or else *message*."""
        wrong = self._unknown() or message.replace(
            "the following arguments are required", "missing"
        )
        more = "" if "; " in wrong else f"; see: {self.prog} --help"
        self.exit(_USAGE, f"knative-lambda: {wrong}{more}\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        if file is sys.stdout:
            sys.stdout.write(message)  # argparse's own hides that it failed
        else:
            super()._print_message(message, file)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        said = f"must be one of: {', '.join(known)}"
        if isinstance(action.choices, dict):
            said = f"there is no such {str(action.metavar).lower()}"
            raise argparse.ArgumentError(None, f"{value}: {said}{hint(value, known)}")
        raise argparse.ArgumentError(action, f"{value!r}: {said}{hint(value, known)}")

    def _unknown(self) -> str | None:
        for word in self._given:
            name = word.partition("=")[0]
            if word == "--" or (self.commands and not name.startswith("-")):
                return None
            if _OPTION.match(name) and not {name, name[:2]} & set(self.options):
                if any(name in one.options for one in self.commands.values()):
                    return f"{name}: belongs to a command; name it after the command"
                return f"{name}: there is no such option{hint(name, self.options)}"
        return None
