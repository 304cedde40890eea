"""All commands, their options, and the variables that they read."""

from importlib import metadata
from typing import Final

from knative_lambda.adapters.terminal.command_parser import CommandParser
from knative_lambda.entrypoints import (
    build_log,
    cancel,
    completion,
    consume,
    delete,
    demo,
    dev,
    dlq,
    doctor,
    explain,
    list_functions,
    reconcile,
    render,
    rollback,
    schema,
    serve,
    status,
    submit,
)
from knative_lambda.entrypoints.help_texts import dress
from knative_lambda.entrypoints.overview import Program

_WORDS: Final = "builds functions into container images and serves them on Knative"
_COMMANDS: Final = (
    *(dev, demo, submit, list_functions, status, explain, build_log, cancel, delete, rollback),
    *(consume, serve, reconcile, dlq, doctor, render, schema, completion),
)


def parser() -> Program:
    """What the command line is read by. What it gives says what to `run`, or else which `text`."""
    top = Program(prog="knative-lambda", description=_WORDS)
    version = f"knative-lambda {metadata.version('knative-lambda')}"
    top.add_argument("--version", action="version", version=version, help="tell the version")
    top.set_defaults(quiet=True, serves=False, run=None, text=Program.overview)
    commands = top.add_subparsers(metavar="COMMAND", parser_class=CommandParser)
    for command in _COMMANDS:
        command.add_to(commands)
    dress(top)
    return top
