"""The options of `knative-lambda dev`."""

import argparse
from pathlib import Path

from knative_lambda.domain.runtimes import NAMES, RUNTIMES
from knative_lambda.entrypoints.arguments import port_number


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    words = "of the function; default: this one"
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help=words
    )
    parser.add_argument("--once", action="store_true", help="exit after the reply")
    parser.add_argument("--watch", action="store_true", help="build again when a file changes")
    words = f"{', '.join(RUNTIMES)}; default: told by the files"
    parser.add_argument("--runtime", choices=NAMES, metavar="NAME", help=words)
    parser.add_argument("--event", type=Path, metavar="FILE", help="an event, or its data, in JSON")
    parser.add_argument(
        "--port", type=port_number, default=0, metavar="PORT", help="to serve it; default: any"
    )
    words = "of the console, which shows all that happens; default: any"
    parser.add_argument("--console-port", type=port_number, default=0, metavar="PORT", help=words)
