"""Why a build has not led to a running function, and what whom may do about it: values."""

from enum import Enum

import attrs


class Reader(Enum):
    """Who can take a step."""

    TENANT = "tenant"
    OPERATOR = "operator"


@attrs.frozen
class Step:
    """What to do next.

    Attributes:
        text: What it is good for.
        command: To be typed as it stands.
    """

    reader: Reader
    text: str
    command: str


@attrs.frozen
class Diagnosis:
    """Why something is so, in a sentence, and what to do.

    Attributes:
        said: What somebody else has said of it; empty for nothing.
        steps: In the order in which they are to be taken; at least one.
    """

    why: str
    steps: tuple[Step, ...]
    said: str = ""


def tenant(text: str, command: str) -> Step:
    """For whoever wrote the function."""
    return Step(Reader.TENANT, text, command)


def operator(text: str, command: str) -> Step:
    """For whoever runs the service."""
    return Step(Reader.OPERATOR, text, command)
