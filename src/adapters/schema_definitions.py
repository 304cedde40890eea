"""What schemas share: what is written for them, and what follows from our rules and lists."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from knative_lambda.domain import rules
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.fields import Pattern
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.runtimes import ALIASES, RUNTIMES

PACKAGE: Final = "knative_lambda.schemas"
FILE: Final = "definitions.json"

Schema = dict[str, Any]


@cache
def definitions() -> Mapping[str, Schema]:
    """All of them, by the name after `#/$defs/`.

    A rule on text has the name of its constant in `rules`, in lower case. It says nothing of
    the type, since most fields may also be null, which counts as absent.
    """
    written = json.loads(resources.files(PACKAGE).joinpath(FILE).read_text("utf-8"))["$defs"]
    by_rule = {
        name.lower(): _of_rule(rule)
        for name, rule in vars(rules).items()
        if isinstance(rule, Pattern)
    }
    lists = {
        "runtime": {"enum": [*RUNTIMES, *ALIASES, None]},
        "failure_reason": {"enum": [reason.value for reason in Reason]},
        "rejection": {"enum": [rejection.value for rejection in Rejection]},
    }
    return {**by_rule, **lists, **written}


def _of_rule(rule: Pattern) -> Schema:
    words = f"{rule.words[0].upper()}{rule.words[1:]}."
    return {"description": words, "pattern": _ecma(rule), "maxLength": rule.longest}


def _ecma(rule: Pattern) -> str:
    # JSON Schema searches where we match in whole; a digit is not ASCII alone in every dialect.
    return f"^(?:{rule.expression.pattern})$".replace(r"\d", "[0-9]")
