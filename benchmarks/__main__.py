"""Runs the programs that are named, or all, which writes docs/performance.md; see `make bench`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.frame.environment import ROOT
from benchmarks.frame.machine import described
from benchmarks.frame.report import Report, from_json, table
from knative_lambda.adapters.documents import with_generated

_PROGRAMS: Final = (
    "consume",
    "calls",
    "latency",
    "scale",
    "decide",
    "footprint",
    "instant",
    "pack",
    "wrappers",
)
_DOCUMENT: Final = ROOT / "docs" / "performance.md"


def _report(name: str, folder: Path) -> Report:
    told = folder / f"{name}.json"
    words = (sys.executable, "-m", f"benchmarks.{name}", "--json", str(told))
    if subprocess.run(words, cwd=ROOT, check=False).returncode and not told.exists():  # noqa: S603 - ours
        sys.exit(f"{name} could not measure")
    return from_json(json.loads(told.read_text("utf-8")))


def _document(reports: dict[str, Report]) -> str:
    rows = [row for report in reports.values() for row in report.rows]
    how = [f"- `{name}`: {' '.join(report.notes)}" for name, report in reports.items()]
    return "\n\n".join([described(), table(rows), "How each was measured:", "\n".join(how)])


def main() -> int:
    """1 if a budget is missed."""
    names = tuple(sys.argv[1:]) or _PROGRAMS
    with tempfile.TemporaryDirectory() as folder:
        reports = {name: _report(name, Path(folder)) for name in names}
    if names == _PROGRAMS:
        before = _DOCUMENT.read_text("utf-8")
        _DOCUMENT.write_text(with_generated(before, _document(reports)), "utf-8")
    return int(any(report.missed for report in reports.values()))


if __name__ == "__main__":
    sys.exit(main())
