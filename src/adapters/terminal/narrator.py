"""Tells what happens, a line each, with the seconds since it began."""

import sys
import time
from collections.abc import Mapping
from typing import Final, TextIO

import attrs

from knative_lambda.adapters.terminal.colours import GREEN, RED, YELLOW, coloured, painted
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent

_MARKS: Final = {
    **dict.fromkeys(("complete", "created", "updated", "ready"), GREEN),
    **dict.fromkeys(("failed", "letter", "rejected", "not ready"), RED),
    "warning": YELLOW,
}


def _digest(text: object) -> str:
    return str(text).removeprefix("sha256:")[:12]


@attrs.define
class Narrator:
    """Colours on a terminal, unless `NO_COLOR` is set; plain lines in a pipe."""

    out: TextIO = attrs.field(factory=lambda: sys.stdout)
    _began: float = attrs.field(factory=time.monotonic)
    _warned: set[object] = attrs.field(factory=set)

    def line(self, what: str, text: str = "") -> None:
        """One line: when, what, and more of it; further lines of *text* are set below it."""
        first, *others = text.splitlines() or [""]
        seconds = f"{time.monotonic() - self._began:7.2f}s"
        self._print(f"{seconds}  {self._coloured(what)}  {first}".rstrip())
        for other in others:
            self._print(f"{'':10}{'':18}  {other}")

    def title(self, text: str) -> None:
        """Begin a chapter."""
        self._print(f"\n{text}")

    def event(self, event: CloudEvent) -> None:
        """An event that was published; what it warns of is told once for each build."""
        data = event.data if isinstance(event.data, Mapping) else {}
        self.line(event.type.removeprefix(PREFIX), _story(event.type.removeprefix(PREFIX), data))
        warning, build = data.get("warning"), data.get("build_id")
        if warning is not None and build not in self._warned:
            self._warned.add(build)
            self.line("warning", str(warning))

    def _print(self, text: str) -> None:
        print(text, file=self.out, flush=True)

    def _coloured(self, what: str) -> str:
        colour = _MARKS.get(what.rpartition(".")[2])
        padded = f"{what:<18}"
        return painted(padded, colour) if coloured(self.out) else padded


def _story(kind: str, data: Mapping[str, object]) -> str:
    if kind == "build.complete":
        how = "cached: this content is built already" if data.get("cached") else "built"
        return f"{how}, image {_digest(data.get('image_digest'))}, {data.get('duration')}"
    if kind in ("build.failed", "build.rejected", "dead.letter"):
        return f"{data.get('reason')}: {data.get('detail')}"
    named = {"build.started": "job_name", "build.superseded": "superseded_by"}
    told = "detail" if kind == "service.failed" else named.get(kind, "service")
    return str(data.get(told, ""))
