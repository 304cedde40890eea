"""All that is done beside a build, in its order."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Final

import attrs
import structlog

from knative_lambda.domain.errors import BuilderError
from knative_lambda.sidecar.following import Following
from knative_lambda.sidecar.reporting import Report
from knative_lambda.sidecar.watching import End, Watch

READ: Final = 64 * 1024  # bytes of the log's end that a verdict is made by
DRAINING: Final = 2.0  # seconds for the last of the log to come

_log = structlog.get_logger()


@attrs.frozen
class Sidecar:
    """The outcome is told before the log is sent: nobody waits for the log.

    Attributes:
        send_log: Sends all that was kept of it.
        traced: Has the build as a step of its trace, and what it is used around as what came of it.
        told: Set by SIGTERM.
    """

    watch: Watch
    following: Following
    report: Report
    send_log: Callable[[], Awaitable[None]]
    traced: Callable[[End], AbstractContextManager[None]]
    told: asyncio.Event

    async def run(self) -> None:
        """Run until the end of the build is told."""
        following = asyncio.create_task(self.following.run())
        try:
            end = await self.watch.end()
            await asyncio.wait([following], timeout=DRAINING)
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        verdict = end.verdict(self.following.tail(READ))
        # Kaniko's last words come another way than its log.
        verdict = attrs.evolve(verdict, detail=self.following.text.redact(verdict.detail))
        reason = verdict.reason.value if verdict.reason is not None else None
        _log.info("build.ended", reason=reason, timed_out=end.timed_out)
        with self.traced(end):
            await self.report.make(verdict)
        try:
            await self.send_log()
        except (BuilderError, OSError) as error:
            _log.warning("log.unsent", error=str(error))
        if not end.is_over:
            # A sidecar that ends before its build is started again.
            await self.told.wait()
