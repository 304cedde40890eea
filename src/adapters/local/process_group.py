"""A program and whatever it starts: run, listened to, and ended as one."""

import asyncio
import atexit
import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from typing import Self

import attrs

from knative_lambda.adapters.local.toolchain import Command

_LAST_WORDS = 1.0  # seconds for output still under way when all processes have ended
_SIGNALLED = 128  # as shells have it: a program ended by signal n has the exit code 128 + n


@attrs.define(eq=False)
class ProcessGroup:
    """Has a session of its own, no standard input, and one pipe for both outputs.

    None of its processes outlives the first one, nor, at an orderly exit, this process. Those
    that start a session of their own get away.
    """

    _process: asyncio.subprocess.Process
    _output: "_Output"
    _end: "asyncio.Task[int]" = attrs.field(init=False)

    @classmethod
    async def start(
        cls, command: Command, environment: Mapping[str, str], output: Callable[[bytes], None]
    ) -> Self:
        """Start the program; *output* hears what it writes, in pieces of any size.

        Raises:
            OSError: It cannot be started.
        """
        read_end, write_end = os.pipe()
        try:
            listener = await _listen(read_end, output)
            try:
                process = await asyncio.create_subprocess_exec(
                    *command.words,
                    cwd=command.folder,
                    env=environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=write_end,
                    stderr=write_end,
                    start_new_session=True,
                )
            except BaseException:
                listener.close()
                raise
        finally:
            os.close(write_end)
        return cls(process, listener)

    def __attrs_post_init__(self) -> None:
        atexit.register(self._signal, signal.SIGKILL)
        self._end = asyncio.create_task(self._await_end())

    async def _await_end(self) -> int:
        code = await self._process.wait()
        self._signal(signal.SIGKILL)
        atexit.unregister(self._signal)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS):
                await self._output.ended.wait()
        self._output.close()
        return code if code >= 0 else _SIGNALLED - code

    async def wait(self) -> int:
        """The exit code, once nothing runs any more and all output was heard."""
        return await asyncio.shield(self._end)

    async def stop(self, grace: float) -> None:
        """Ask it to end, and after *grace* seconds, or when cancelled, kill it."""
        if self._end.done():
            return
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace):
                await self.wait()
        except TimeoutError:
            pass
        finally:
            if self._process.returncode is None:
                self._signal(signal.SIGKILL)
        await self.wait()

    def _signal(self, number: signal.Signals) -> None:
        # The session's first process gives the group its id. macOS refuses when only zombies
        # are left in the group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


class _Output(asyncio.Protocol):
    def __init__(self, listener: Callable[[bytes], None]) -> None:
        self._listener = listener
        self._transport: asyncio.BaseTransport | None = None
        self.ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._listener(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the end is the end
        self.ended.set()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def _listen(read_end: int, listener: Callable[[bytes], None]) -> _Output:
    loop = asyncio.get_running_loop()
    pipe = os.fdopen(read_end, "rb", buffering=0)
    try:
        _, output = await loop.connect_read_pipe(lambda: _Output(listener), pipe)
    except BaseException:
        pipe.close()
        raise
    return output
