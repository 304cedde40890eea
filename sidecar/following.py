"""The log of the build, taken down while it is written."""

from contextlib import suppress
from typing import Protocol

import attrs
import structlog

from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.own_pod import OwnPod
from knative_lambda.sidecar.log_text import LogText

_log = structlog.get_logger()


class Notes(Protocol):
    """Where it is taken down."""

    def write(self, data: bytes) -> None:
        """Add *data*."""
        ...

    def tail(self, most: int) -> str:
        """At most the last *most* bytes, as text."""
        ...


@attrs.frozen
class Following:
    """Follows until the build has ended; a log that is lost is no reason to report nothing."""

    pod: OwnPod
    text: LogText
    notes: Notes

    async def run(self) -> None:
        """Take down all that comes; what was begun is whole when this is cancelled, too."""
        try:
            async for piece in self.pod.log():
                self._write(self.text.feed(piece))
        except (BuilderError, OSError) as error:
            _log.warning("log.lost", error=str(error))
        finally:
            with suppress(OSError):  # of which was told
                self._write(self.text.end())

    def tail(self, most: int) -> str:
        """The end of what was taken down, as far as it can be read."""
        try:
            return self.notes.tail(most)
        except OSError as error:
            _log.warning("log.lost", error=str(error))
            return ""

    def _write(self, data: bytes) -> None:
        if data:
            self.notes.write(data)
