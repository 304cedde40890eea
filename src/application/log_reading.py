"""Reading the log of a build: where it runs, or where it was kept when it had ended."""

import asyncio
import zlib
from collections.abc import AsyncGenerator
from typing import Final

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Build, Phase
from knative_lambda.ports.build_logs import BuildLogs
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.records import Records

_KEPT: Final = 8 << 20  # bytes, compressed: more than twice of what is kept
_LONGEST: Final = 64 << 20  # bytes of what that unpacks to
_GZIP: Final = 16 + zlib.MAX_WBITS


class NoLogError(BuilderError):
    """There is no log to be read, or none yet; the message says why."""


@attrs.frozen
class LogReading:
    """Finds it, wherever it is.

    Attributes:
        every: Seconds between two looks for a build that has not begun.
    """

    records: Records
    contexts: ContextStore
    logs: BuildLogs
    every: float = 1.0

    async def of(
        self, function: FunctionId, build_id: str, *, follow: bool
    ) -> AsyncGenerator[bytes, None]:
        """The log of that build of *function*, piece by piece.

        Args:
            function: Whose record has it.
            build_id: In full.
            follow: Whether to wait until the build has begun, and then until it has ended.

        Raises:
            NoLogError: There is none, or none yet.
            SetupError: It may not be read.
            TransientError: It cannot be reached, or broke off.
        """
        while True:
            record = (await self.records.read(function)).record
            build = record.builds.get(build_id)
            over = build is None or build.phase is not Phase.OPEN
            if over and (kept := await self._kept(function, build_id)) is not None:
                yield kept
                return
            job = names.job(function, build_id)
            if (live := await self.logs.open(job, follow=follow)) is not None:
                async for piece in live:
                    yield piece
                return
            if over:
                raise NoLogError(f"{build_id}: there is no log of it: {_why_none(build)}")
            if not follow:
                raise NoLogError(
                    f"{build_id}: it has not begun to build; what to do: wait for it with -f"
                )
            await asyncio.sleep(self.every)

    async def _kept(self, function: FunctionId, build_id: str) -> bytes | None:
        packed = await self.contexts.fetch(names.log_key(function, build_id), _KEPT)
        if packed is None:
            return None
        try:
            return zlib.decompressobj(_GZIP).decompress(packed, _LONGEST)
        except zlib.error as error:
            raise NoLogError(f"{build_id}: what was kept of its log cannot be read") from error


def _why_none(build: Build | None) -> str:
    if build is None:
        return "it is no longer known"
    outcome = build.outcome
    if outcome is not None and outcome.cached:
        return "its content was built already, by an earlier build"
    if build.content is None:
        reason = outcome.reason if outcome is not None else None
        return (
            f"it was never built ({reason.value})" if reason is not None else "it was never built"
        )
    return "logs are kept for 7 days, and only if the build could send its own when it ended"
