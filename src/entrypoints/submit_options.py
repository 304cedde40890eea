"""The command line of `submit`."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Final

from knative_lambda.domain.runtimes import RUNTIMES

_PAIR: Final = "NAME=VALUE"


def declare(parser: ArgumentParser) -> None:
    """Declare the options; those that go into the event's data are stored by the names there."""
    add = parser.add_argument
    add("source", metavar="SOURCE", help="the function's folder, or the URL of its source")
    add("--third-party", dest="third_party_id", metavar="ID", required=True, help="whose it is")
    add("--parser", dest="parser_id", metavar="ID", help="which one; default: the folder's name")
    add("--runtime", metavar="NAME", help=f"{', '.join(RUNTIMES)}; default: told by the files")
    add("--ref", dest="source_ref", metavar="REF", help="branch, tag or commit")
    add("--path", dest="source_path", metavar="FOLDER", help="where in the source it lies")
    add("--credentials", dest="source_credentials", metavar="NAME", help="a configured one")
    add(
        "--handler",
        metavar="MODULE.NAME",
        help="what is called; default: index.handler, in Go function.Handle",
    )
    add("--build-arg", dest="build_args", metavar=_PAIR, type=pair, action="append", default=[])
    add("--env", metavar=_PAIR, type=pair, action="append", default=[], help="for the function")
    add("--timeout", dest="build_timeout", metavar="SECONDS", type=int, help="of the build")
    add("--force", action="store_true", help="build, even if this content is built already")
    add("--correlation-id", metavar="ID", help="comes back in every event of the build")
    add("--id", metavar="ID", help="of the event; the same again asks for the same build")
    add("--wait", action="store_true", help="follow it until the function answers")
    add("--output", choices=("text", "json"), default="text", help="default: text")


def pair(text: str) -> tuple[str, str]:
    """The name and the value in *text*.

    Raises:
        ArgumentTypeError: It holds no equals sign.
    """
    name, sign, value = text.partition("=")
    if not sign:
        raise ArgumentTypeError(f"{text}: must be NAME=VALUE")
    return name, value
