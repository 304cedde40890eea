"""Values as they stand on a command line, and where its commands are declared."""

import argparse
from typing import TypeAlias

from knative_lambda.variables import seconds, whole

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name


def add_output(parser: argparse.ArgumentParser, usual: str = "text") -> None:
    """Declare the option by which programs get what they can read, in place of the *usual*."""
    words = f"json is for programs; default: {usual}"
    parser.add_argument("--output", choices=(usual, "json"), default=usual, help=words)


def port_number(text: str) -> int:
    """The port in *text*; 0 stands for any.

    Raises:
        ArgumentTypeError: There is no such port.
    """
    if not text.isdecimal() or int(text) not in range(2**16):
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number from 0 to 65535")
    return int(text)


def duration(text: str) -> float:
    """The duration in *text*, in seconds.

    Raises:
        ArgumentTypeError: It is none.
    """
    try:
        return seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def count(text: str) -> int:
    """The count in *text*.

    Raises:
        ArgumentTypeError: It is none, or less than one.
    """
    try:
        return whole(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error
