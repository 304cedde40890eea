"""All commands, their options, and the variables that they read."""

from collections.abc import Mapping
from importlib import import_module, metadata
from typing import Final

from knative_lambda.adapters.terminal.command_parser import CommandParser
from knative_lambda.entrypoints.help_texts import dress
from knative_lambda.entrypoints.overview import Program

_WORDS: Final = "builds functions into container images and serves them on Knative"
_MODULES: Final[Mapping[str, str]] = {
    "dev": "dev",
    "demo": "demo",
    "submit": "submit",
    "list": "list_functions",
    "status": "status",
    "explain": "explain",
    "logs": "build_log",
    "cancel": "cancel",
    "delete": "delete",
    "rollback": "rollback",
    "consume": "consume",
    "serve": "serve",
    "reconcile": "reconcile",
    "dlq": "dlq",
    "doctor": "doctor",
    "render": "render",
    "schema": "schema",
    "completion": "completion",
}
_OF_ALL: Final = "completion"  # it tells of the others


def parser(asked: str = "") -> Program:
    """What the command line is read by. What it gives says what to `run`, or else which `text`.

    Where *asked*, the first word, is a command, no other is imported: each takes its time.
    """
    top = Program(prog="knative-lambda", description=_WORDS)
    version = f"knative-lambda {metadata.version('knative-lambda')}"
    top.add_argument("--version", action="version", version=version, help="tell the version")
    top.set_defaults(quiet=True, serves=False, run=None, text=Program.overview)
    commands = top.add_subparsers(metavar="COMMAND", parser_class=CommandParser)
    one = asked in _MODULES and asked != _OF_ALL
    for name in (asked,) if one else _MODULES:
        import_module(f"knative_lambda.entrypoints.{_MODULES[name]}").add_to(commands)
    dress(top)
    return top
