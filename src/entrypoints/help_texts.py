"""What the help of each command says besides its options."""

import argparse
from collections.abc import Iterator

from knative_lambda.adapters.terminal.command_parser import CommandParser
from knative_lambda.adapters.terminal.help_formatter import HelpFormatter
from knative_lambda.entrypoints.examples import EXAMPLES


def dress(parser: CommandParser) -> None:
    """Give *parser* and its commands, all of which are declared, what their help shows."""
    name = parser.prog.partition(" ")[2]
    parser.formatter_class = HelpFormatter
    parser.usage = " ".join((parser.prog, *_usage(parser)))
    parser.description = _sentence(parser.summary)
    calls = [f"  knative-lambda {call}" for call in EXAMPLES.get(name, ())]
    if calls:
        parser.epilog = "\n".join(("examples:", *calls))
    for each in parser.commands.values():
        dress(each)


def _usage(parser: CommandParser) -> Iterator[str]:
    for action in parser.actions:
        name = str(action.metavar or action.dest.upper())
        if action.choices == parser.commands != {}:
            yield f"{name} ..."
        elif action.option_strings and action.required:
            yield f"{action.option_strings[-1]} {name}"
        elif not action.option_strings:
            optional = action.nargs in (argparse.OPTIONAL, argparse.ZERO_OR_MORE)
            yield f"[{name}]" if optional else name
    if not parser.commands:
        yield "[OPTIONS]"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].removesuffix('.')}."
