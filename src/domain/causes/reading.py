"""From what a failed build wrote to why it failed: pure, and the same wherever a build runs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from knative_lambda.domain.causes.go import GO
from knative_lambda.domain.causes.kaniko import KANIKO, own_words
from knative_lambda.domain.causes.npm import NPM, NPM_SCRIPTS
from knative_lambda.domain.causes.pip import PIP
from knative_lambda.domain.causes.programs import COMPILED, LIMITS, RUN
from knative_lambda.domain.causes.sign import Cause, Sign
from knative_lambda.domain.causes.steps import Step, last_step, legible
from knative_lambda.domain.causes.telling import shown

# In this order the first sign counts: what is said exactly goes before what could be anything.
STEPS: Final[Sequence[Sign]] = (*LIMITS, *NPM, *PIP, *COMPILED, *NPM_SCRIPTS, *GO, *RUN)
# The same by who writes them, for documents.
SIGNS: Final[Mapping[str, Sequence[Sign]]] = {
    "npm": (*NPM, *NPM_SCRIPTS),
    "pip": PIP,
    "Go": GO,
    "any program": (*LIMITS, *COMPILED, *RUN),
    "Kaniko": KANIKO,
}


@attrs.frozen
class Reading:
    """What a log says of the end of its build.

    Attributes:
        cause: `None` if nothing in it is a sign of any.
        step: The last that ran.
        kaniko: What Kaniko says, if it failed for its own part: one line.
    """

    cause: Cause | None
    step: Step
    kaniko: str = ""


def read(log: str) -> Reading:
    """Read the end of *log*, or of a failed build's last words.

    What a step wrote counts only when Kaniko does not say that it failed for its own part.
    """
    text = legible(log)
    step, kaniko = last_step(text), own_words(text)
    cause = _first(KANIKO, kaniko) if kaniko else _first(STEPS, step.wrote)
    return Reading(cause, step, shown(kaniko))


def _first(signs: Iterable[Sign], text: str) -> Cause | None:
    text = text.replace("npm ERR!", "npm error")  # as older ones say
    return next((cause for sign in signs if (cause := sign.cause(text)) is not None), None)
