"""What each program does when it is started: measure, print a table, say whether all is well."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.frame.inside import OTHERS, stay_on
from benchmarks.frame.report import Report, table, to_json


def run(question: str | None, measure: Callable[[int], Report]) -> int:
    """1 if a budget is missed; *measure* is given the rounds."""
    parser = argparse.ArgumentParser(description=question)
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is measured")
    parser.add_argument("--json", type=Path, help="write the report to this file too")
    options = parser.parse_args()
    stay_on(OTHERS)  # the other core is left to what is measured
    before = os.getloadavg()[0]
    report = measure(options.rounds)
    load = f"Load of the machine: {before:.1f} before, {os.getloadavg()[0]:.1f} after."
    report = Report(report.rows, (*report.notes, load))
    if options.json:
        options.json.write_text(json.dumps(to_json(report)), "utf-8")
    sys.stdout.write("\n".join(["", table(report.rows), "", *report.notes, ""]))
    return int(report.missed)
