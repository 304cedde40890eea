"""The command line of `submit`."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, Final

from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.domain.strategy import Strategy
from knative_lambda.entrypoints.arguments import add_output
from knative_lambda.entrypoints.submit_values import number, pair

_PAIRS: Final[Mapping[str, Any]] = {
    "metavar": "NAME=VALUE", "type": pair, "action": "append", "default": [],
}  # fmt: skip


def declare(parser: ArgumentParser) -> None:
    """Declare the options; those that go into the event's data are stored by the names there."""
    words = "the function's folder, or the URL of its source"
    parser.add_argument("source", metavar="SOURCE", help=words)
    add = parser.add_argument_group("which function").add_argument
    add("--third-party", dest="third_party_id", metavar="ID", required=True, help="whose it is")
    add("--parser", dest="parser_id", metavar="ID", help="which one; default: the folder's name")
    add = parser.add_argument_group("its source").add_argument
    add("--ref", dest="source_ref", metavar="REF", help="branch, tag or commit")
    add("--path", dest="source_path", metavar="FOLDER", help="where in the source it lies")
    add("--credentials", dest="source_credentials", metavar="NAME", help="a configured one")
    add = parser.add_argument_group("how it runs").add_argument
    add("--runtime", metavar="NAME", help=f"{', '.join(RUNTIMES)}; default: told by the files")
    add(
        "--handler",
        metavar="MODULE.NAME",
        help="what is called; default: index.handler, in Go function.Handle",
    )
    add("--env", **_PAIRS, help="a variable of the function; may be repeated")
    add = parser.add_argument_group("how it is built").add_argument
    add("--build-arg", dest="build_args", **_PAIRS, help="of the build; may be repeated")
    add("--timeout", dest="build_timeout", metavar="SECONDS", type=number, help="of the build")
    add(
        "--build-strategy",
        choices=tuple(strategy.value for strategy in Strategy),
        help="how its image is made; default: as the service has it",
    )
    add("--force", action="store_true", help="build, even if this content is built already")
    add = parser.add_argument_group("how it is asked for").add_argument
    add("--correlation-id", metavar="ID", help="comes back in every event of the build")
    add("--id", metavar="ID", help="of the event; the same again asks for the same build")
    add("--wait", action="store_true", help="follow it until the function answers")
    add_output(parser)
