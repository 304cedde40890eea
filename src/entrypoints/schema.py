"""`knative-lambda schema`: what events look like, for people and for validators."""

import argparse
import json
import sys

from knative_lambda.adapters.schemas import EventType, schema, types
from knative_lambda.adapters.terminal.printable import as_json
from knative_lambda.entrypoints.arguments import Commands, add_output
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "print the JSON Schema of a type of event, or list the types"
    parser = commands.add_parser("schema", help=words, description=words)
    parser.add_argument("type", nargs="?", help="such as build.start; default: list all types")
    add_output(parser)
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, _settings: Settings) -> int:
    """0; a type that there is none of raises `UnknownTypeError`."""
    if options.type is None and options.output == "json":
        told = [
            {"type": one.short, "directions": one.directions, "title": one.title} for one in types()
        ]
        sys.stdout.write(f"{as_json(told)}\n")
    elif options.type is None:
        sys.stdout.write(_listed(types()))
    else:
        sys.stdout.write(f"{json.dumps(schema(options.type), indent=2, ensure_ascii=False)}\n")
    return 0


def _listed(kinds: list[EventType]) -> str:
    names = max(len(kind.short) for kind in kinds)
    marks = max(len(kind.directions) for kind in kinds)
    return "".join(
        f"{kind.short:<{names}}  {kind.directions:<{marks}}  {kind.title}\n" for kind in kinds
    )
