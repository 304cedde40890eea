"""Logs in memory: builds write what they are told to."""

import asyncio
from collections.abc import AsyncIterator

import attrs

from knative_lambda.ports.build_logs import BuildLogs


@attrs.define(eq=False)
class _Log:
    text: bytes = b""
    ended: bool = False
    changed: asyncio.Event = attrs.field(factory=asyncio.Event)


@attrs.define(eq=False)
class MemoryBuildLogs(BuildLogs):
    """Keeps the logs of all builds, by the names of their Jobs."""

    _logs: dict[str, _Log] = attrs.field(factory=dict)

    def write(self, job: str, text: bytes) -> None:
        """Let the build write *text*, which may be nothing."""
        log = self._logs.setdefault(job, _Log())
        log.text += text
        log.changed.set()

    def end(self, job: str) -> None:
        """Let it write no more."""
        self._logs[job].ended = True
        self._logs[job].changed.set()

    async def open(self, job: str, *, follow: bool) -> AsyncIterator[bytes] | None:
        """What it has written."""
        log = self._logs.get(job)
        return _read(log, follow=follow) if log is not None else None


async def _read(log: _Log, *, follow: bool) -> AsyncIterator[bytes]:
    given = 0
    while True:
        log.changed.clear()
        if piece := log.text[given:]:
            given += len(piece)
            yield piece
        elif log.ended or not follow:
            return
        else:
            await log.changed.wait()
