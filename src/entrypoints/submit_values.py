"""Values as they stand on the command line of `submit`."""

from argparse import ArgumentTypeError


def pair(text: str) -> tuple[str, str]:
    """The name and the value in *text*.

    Raises:
        ArgumentTypeError: It holds no equals sign.
    """
    name, sign, value = text.partition("=")
    if not sign:
        raise ArgumentTypeError(f"{text}: must be NAME=VALUE")
    return name, value


def number(text: str) -> int:
    """The number in *text*; whether there may be so many is for the service to say.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text}: must be a whole number of seconds")
    return int(text)
