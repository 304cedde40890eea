"""A function that runs: its wrapper as a process, started again when it ends by itself."""

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import attrs
import structlog

from knative_lambda.adapters.local import environment
from knative_lambda.adapters.local.output_lines import OutputLines
from knative_lambda.adapters.local.process_group import ProcessGroup
from knative_lambda.adapters.local.toolchain import start_command
from knative_lambda.ports.function_settings import VARIABLE

_HOST = "127.0.0.1"
_POLL = 0.05  # seconds between two health checks
_GRACE = 10.0  # seconds for the requests in hand when it is told to end
_LONGEST_WAIT = 30.0  # seconds between two starts
_STEADY = 60.0  # seconds it has to run for its crashes to be forgotten

_log = structlog.get_logger()


class NotReadyError(Exception):
    """The function does not serve; the text says why, in the words of its wrapper if it can."""


@attrs.define(eq=False)
class FunctionProcess:
    """One revision of one function.

    Attributes:
        app: The folder of its image.
        env: What its tenant set.
        settings: For the variable FUNCTION_SETTINGS: JSON.
        output: What it writes.
        patience: Seconds until it has to answer its health check.
        first_wait: Seconds until it is started again after a crash; doubled with each one.
        url: Where it answers; `None` while it does not.
    """

    app: Path
    env: tuple[tuple[str, str], ...]
    settings: str
    output: OutputLines = attrs.field(factory=OutputLines)
    patience: float = 20.0
    first_wait: float = 0.5
    url: str | None = None
    _group: ProcessGroup | None = None
    _keeper: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start it, and return when it serves; from then on it is kept running.

        Raises:
            NotReadyError: It ended, or took too long; nothing of it runs any more.
        """
        group = await self._launch()
        self._keeper = asyncio.create_task(self._keep(group))

    async def _launch(self) -> ProcessGroup:
        try:
            command = start_command(self.app)
        except ValueError as error:
            raise NotReadyError(str(error)) from error
        if command.missing:
            raise NotReadyError(command.missing)
        port = _free_port()
        try:
            group = await ProcessGroup.start(command, self._variables(port), self.output.write)
        except OSError as error:
            message = f"{command.words[0]} cannot be started: {error.strerror}"
            raise NotReadyError(message) from error
        self._group = group
        url = f"http://{_HOST}:{port}"
        try:
            await self._await_ready(group, url)
        except BaseException:
            await group.stop(_GRACE)
            raise
        self.url = url
        return group

    def _variables(self, port: int) -> Mapping[str, str]:
        own = {"HOST": _HOST, "PORT": str(port), VARIABLE: self.settings}
        return environment.of_function(self.env, own)

    async def _await_ready(self, group: ProcessGroup, url: str) -> None:
        healthy = asyncio.create_task(_await_health(url))
        ended = asyncio.create_task(group.wait())
        try:
            done, _ = await asyncio.wait(
                {healthy, ended}, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            healthy.cancel()
            ended.cancel()
            await asyncio.wait({healthy, ended})
        if ended in done:
            self.output.end()
            why = self.output.complaint() or "it wrote nothing"
            raise NotReadyError(f"the function ended with exit code {ended.result()}: {why}")
        if healthy not in done:
            why = self.output.complaint()
            message = f"the function does not answer GET /healthz after {self.patience:g} s"
            raise NotReadyError(f"{message}: {why}" if why else message)

    async def _keep(self, group: ProcessGroup) -> None:
        clock = asyncio.get_running_loop().time
        wait = self.first_wait
        while True:
            started = clock()
            code = await group.wait()
            self.url = None
            self.output.end()
            if clock() - started > _STEADY:
                wait = self.first_wait
            _log.warning("function.ended", exit_code=code, restart_in=wait)
            group = await self._relaunch(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _relaunch(self, wait: float) -> ProcessGroup:
        while True:
            await asyncio.sleep(wait)
            try:
                return await self._launch()
            except NotReadyError as error:
                wait = min(2 * wait, _LONGEST_WAIT)
                _log.warning("function.not_ready", error=str(error), restart_in=wait)

    async def close(self) -> None:
        """Tell it to end, and see to it that it does."""
        self.url = None
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        if self._group is not None:
            await self._group.stop(_GRACE)
        self.output.end()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        return int(listener.getsockname()[1])


async def _await_health(url: str) -> None:
    async with aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(f"{url}/healthz") as response:
                    if response.ok:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(_POLL)
