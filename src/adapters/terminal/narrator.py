"""Tells what happens, a line each, with the seconds since it began."""

import sys
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, TextIO

import attrs

from knative_lambda.adapters.terminal.colours import GREEN, RED, YELLOW, coloured, painted
from knative_lambda.adapters.terminal.live_line import LiveLine
from knative_lambda.adapters.terminal.printable import fitted, room
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent

_MARKS: Final = {
    **dict.fromkeys(("complete", "created", "updated", "ready"), GREEN),
    **dict.fromkeys(("failed", "letter", "rejected", "not ready"), RED),
    "warning": YELLOW,
}
# What comes next, by what was told; after all else the same is awaited as before.
_AWAITED: Final = {
    **dict.fromkeys(("build.start", "submitted", "connected"), "waiting for the service"),
    "requested": "waiting until it is done",
    "disconnected": "connecting again",
    "build.started": "building",
    "build.complete": "deploying",
    **dict.fromkeys(("service.created", "service.updated"), "starting the function"),
    "-> event": "waiting for the reply",
}
_INDENT: Final = 30  # characters before what is told of something


def _digest(text: object) -> str:
    return str(text).removeprefix("sha256:")[:12]


@attrs.define
class Narrator:
    """On a terminal with colours, and what is awaited below; plain lines in a pipe."""

    out: TextIO = attrs.field(factory=lambda: sys.stdout)
    _began: float = attrs.field(factory=time.monotonic)
    _warned: set[object] = attrs.field(factory=set)
    _live: LiveLine = attrs.field(init=False)

    @_live.default
    def _below(self) -> LiveLine:
        return LiveLine(self.out, began=self._began)

    def waiting(self) -> AbstractAsyncContextManager[None]:
        """Tell meanwhile, on a terminal, what is awaited now, by what was told last."""
        return self._live.kept()

    def line(self, what: str, text: str = "") -> None:
        """One line: when, what, and more of it; further lines of *text* are set below it."""
        self._live.awaited = _AWAITED.get(what, self._live.awaited)
        width = room(self.out)
        first, *others = fitted(text, width and width - _INDENT) or [""]
        seconds = f"{time.monotonic() - self._began:7.2f}s"
        self._print(f"{seconds}  {self._coloured(what)}  {first}".rstrip())
        for other in others:
            self._print(f"{'':{_INDENT}}{other}")

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
        with self._live.aside():
            print(text, file=self.out, flush=True)

    def _coloured(self, what: str) -> str:
        colour = _MARKS.get(what.rpartition(".")[2])
        padded = f"{what:<18}"
        return painted(padded, colour) if coloured(self.out) else padded


def _story(kind: str, data: Mapping[str, object]) -> str:
    if kind == "build.complete":
        how = "put together" if data.get("build_strategy") == "append" else "built"
        how = "cached: this content is built already" if data.get("cached") else how
        return f"{how}, image {_digest(data.get('image_digest'))}, {data.get('duration')}"
    if kind in ("build.failed", "build.rejected", "dead.letter"):
        return f"{data.get('reason')}: {data.get('detail')}"
    if kind == "build.started" and data.get("build_strategy") == "append":
        return f"without a Job: {data.get('build_strategy_reason')}"
    named = {"build.started": "job_name", "build.superseded": "superseded_by"}
    told = "detail" if kind == "service.failed" else named.get(kind, "service")
    return str(data.get(told, ""))
