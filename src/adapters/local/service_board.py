"""Which Services the processes of this machine have open, for other processes to see."""

import asyncio
import fcntl
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import aiohttp
import attrs
import structlog
from cattrs import BaseValidationError, Converter

from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.service_deployer import Service

_TIMEOUT: Final = aiohttp.ClientTimeout(total=2)  # seconds
_CONVERTER: Final = Converter(forbid_extra_keys=True)

_log = structlog.get_logger()


@attrs.frozen(eq=False)
class ServiceBoard:
    """`{state}/services/{name}.json` is a Service as its process saw it last.

    That process holds a lock on the file, which ends with it however it ends: a file without a
    lock is of a process that is gone, and counts for nothing. Two processes may serve one name;
    the board shows what was posted last.
    """

    state: Path
    _posted: dict[str, IO[str]] = attrs.field(factory=dict)

    def post(self, service: Service) -> None:
        """Show *service* in place of what was shown by its name."""
        try:
            file = self._written(service)
        except OSError as error:
            _log.warning("service.not_shown", service=service.name, error=error.strerror)
            return
        before = self._posted.pop(service.name, None)
        if before is not None:
            before.close()
        self._posted[service.name] = file

    def _written(self, service: Service) -> IO[str]:
        path = self._path(service.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=".")
        file = os.fdopen(descriptor, "w", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # before it has its name: nobody sees it without
            json.dump(_CONVERTER.unstructure(service), file)
            file.flush()
            Path(written).replace(path)
        except BaseException:
            file.close()
            Path(written).unlink(missing_ok=True)
            raise
        return file

    def remove(self, name: str) -> None:
        """Show the Service of that name no more, unless another process shows it by now."""
        file = self._posted.pop(name, None)
        if file is None:
            return
        path = self._path(name)
        with file, suppress(FileNotFoundError):
            if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                path.unlink()

    async def look(self, name: str) -> Service | None:
        """The Service of that name as some process shows it; ready if it answers now, too.

        Raises:
            TransientError: What is shown cannot be read.
        """
        shown = await asyncio.to_thread(self._read, name)
        if shown is None or not shown.ready or shown.url is None:
            return shown
        if await _is_healthy(shown.url):
            return shown
        return attrs.evolve(shown, ready=False, message="the function does not answer GET /healthz")

    def _read(self, name: str) -> Service | None:
        try:
            with self._path(name).open(encoding="utf-8") as file:
                shown = json.load(file) if _is_locked(file) else None
            return _CONVERTER.structure(shown, Service) if isinstance(shown, dict) else None
        except (FileNotFoundError, ValueError, BaseValidationError):
            return None  # also what another version of this program has written
        except OSError as error:
            raise TransientError(f"the Services cannot be looked at: {error.strerror}") from error

    def _path(self, name: str) -> Path:
        return self.state / "services" / f"{name}.json"


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


async def _is_healthy(url: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as client,
            client.get(f"{url}/healthz") as response,
        ):
            return response.ok
    except (aiohttp.ClientError, TimeoutError):
        return False
