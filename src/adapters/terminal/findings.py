"""What was found of the service's dependencies: a line each, for people and for programs."""

import os
from collections.abc import Sequence
from typing import Final, TextIO

from knative_lambda.adapters.terminal.printable import as_json
from knative_lambda.domain.printable import printable
from knative_lambda.ports.check import Finding, Severity

_COLOURS: Final = {Severity.OK: "32", Severity.WARNING: "33", Severity.FAIL: "31"}
_WIDTH: Final = max(len(each.value) for each in Severity)


def report(findings: Sequence[Finding], out: TextIO) -> str:
    """*findings* as lines of *out*, which has colours if it is a terminal and nobody minds."""
    coloured = out.isatty() and not os.environ.get("NO_COLOR")
    subjects = max((len(each.subject) for each in findings), default=0)
    return "".join(f"{_line(each, subjects, coloured=coloured)}\n" for each in findings)


def document(findings: Sequence[Finding]) -> str:
    """The same as one JSON document."""
    return as_json(
        [
            {
                "check": each.subject,
                "severity": each.severity.value,
                "text": each.text,
                "mend": each.mend or None,
            }
            for each in findings
        ]
    )


def _line(finding: Finding, subjects: int, *, coloured: bool) -> str:
    severity = f"{finding.severity.value:<{_WIDTH}}"
    if coloured:
        severity = f"\x1b[{_COLOURS[finding.severity]}m{severity}\x1b[0m"
    told = f"{finding.text}; to mend it: {finding.mend}" if finding.mend else finding.text
    return f"{severity}  {finding.subject:<{subjects}}  {printable(told)}"
