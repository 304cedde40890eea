"""All commands, their options, and the variables that they read."""

import argparse
from typing import Final

from knative_lambda.entrypoints import (
    build_log,
    cancel,
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
from knative_lambda.settings import table

_COMMANDS: Final = (
    *(dev, demo, submit, list_functions, status, explain, build_log, cancel, delete, rollback),
    *(consume, serve, reconcile, dlq, doctor, render, schema),
)


def parser() -> argparse.ArgumentParser:
    """What the command line is read by."""
    rows = [f"  {name:<30} {words} [{default}]" for name, default, words in table()]
    top = argparse.ArgumentParser("knative-lambda", formatter_class=argparse.RawTextHelpFormatter)
    top.description = "Builds functions into container images and serves them on Knative."
    top.epilog = "\n".join(["environment variables:", *rows])
    top.set_defaults(quiet=True, serves=False)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_to(commands)
    return top
