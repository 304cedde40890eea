"""A sidecar's own pod, in memory."""

import asyncio
from collections.abc import AsyncIterator

import attrs

from knative_lambda.domain.pod import PodStatus
from knative_lambda.ports.own_pod import OwnPod


@attrs.define(eq=False)
class MemoryPod(OwnPod):
    """Is whatever it is shown to be.

    Attributes:
        status: As it is now; `None`: it is gone.
    """

    status: PodStatus | None = attrs.field(factory=PodStatus)
    _shown: int = attrs.field(default=0, init=False)  # how often it has changed
    _looked: int = attrs.field(default=0, init=False)  # of that, what a look has seen
    _watches: int = attrs.field(default=0, init=False)  # how often all were ended
    _log: bytes = attrs.field(default=b"", init=False)
    _log_ended: bool = attrs.field(default=False, init=False)
    _stir: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    def show(self, status: PodStatus | None) -> None:
        """Let it be so from now on; when it is gone, so is who watched."""
        self.status = status
        self._shown += 1
        if status is None:
            self.end_watches()
        self._stirred()

    def end_watches(self) -> None:
        """End all that watch, as an API does now and then."""
        self._watches += 1
        self._stirred()

    def write(self, data: bytes) -> None:
        """Let the build have written *data*."""
        self._log += data
        self._stirred()

    def end_log(self) -> None:
        """It writes nothing more."""
        self._log_ended = True
        self._stirred()

    async def look(self) -> PodStatus | None:
        """As it is."""
        self._looked = self._shown
        return self.status

    async def changes(self) -> AsyncIterator[PodStatus]:
        """As it becomes; what comes fast is told in one."""
        seen, watches = self._looked, self._watches
        while watches == self._watches:
            if seen == self._shown:
                await self._stir.wait()
            elif self.status is not None:
                seen = self._shown
                yield self.status

    async def log(self) -> AsyncIterator[bytes]:
        """As it is written."""
        sent = 0
        while sent < len(self._log) or not self._log_ended:
            if sent == len(self._log):
                await self._stir.wait()
            else:
                piece, sent = self._log[sent:], len(self._log)
                yield piece

    def _stirred(self) -> None:
        self._stir.set()
        self._stir = asyncio.Event()
