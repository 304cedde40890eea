"""What was found of the service's dependencies: a line each, for people and for programs."""

from collections.abc import Mapping, Sequence
from typing import Final, TextIO

from knative_lambda.adapters.terminal.colours import GREEN, RED, YELLOW, coloured, painted
from knative_lambda.adapters.terminal.printable import as_json
from knative_lambda.domain.printable import printable
from knative_lambda.ports.check import Finding, Severity

_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.OK: GREEN,
    Severity.WARNING: YELLOW,
    Severity.FAIL: RED,
}
_WIDTH: Final = max(len(each.value) for each in Severity)


def report(findings: Sequence[Finding], out: TextIO) -> str:
    """*findings* as lines of *out*, which has colours if it is a terminal and nobody minds."""
    colours = _COLOURS if coloured(out) else {}
    subjects = max((len(each.subject) for each in findings), default=0)
    return "".join(f"{_line(each, subjects, colours)}\n" for each in findings)


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


def _line(finding: Finding, subjects: int, colours: Mapping[Severity, str]) -> str:
    severity = painted(f"{finding.severity.value:<{_WIDTH}}", colours.get(finding.severity))
    told = f"{finding.text}; to mend it: {finding.mend}" if finding.mend else finding.text
    return f"{severity}  {finding.subject:<{subjects}}  {printable(told)}"
