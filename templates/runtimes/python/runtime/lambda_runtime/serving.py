"""Listening until a signal says to stop, then letting the requests in flight finish."""

import asyncio
import errno
import os
import signal
import sys
import threading
import traceback
from typing import Any

from lambda_runtime.application import Application
from lambda_runtime.configuration import StartupError
from lambda_runtime.connection import Connection, Connections
from lambda_runtime.logs import log_error, log_info

_BACKLOG = 1024


def serve_until_stopped(
    application: Application, host: str, port: int, drain_seconds: float
) -> None:
    """Returns after SIGTERM or SIGINT; raises StartupError when the address cannot be had.

    What is not answered within *drain_seconds* of the signal is given up, and the process exits.
    """
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(_log_loop_error)
        serving = loop.create_task(_serve(application, host, port, drain_seconds))
        while not serving.done():
            try:
                loop.run_until_complete(serving)
            except (SystemExit, KeyboardInterrupt) as error:
                # From a background task of the tenant: asyncio passes these two on to here.
                log_error(f"a background task raised {error!r}; the function serves on", {})


async def _serve(application: Application, host: str, port: int, drain_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    connections = Connections()
    try:
        server = await loop.create_server(
            lambda: Connection(application, connections), host, port, backlog=_BACKLOG
        )
    except OSError as error:
        raise StartupError(_explain(error, host, port)) from None
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _on_signal, stopped, drain_seconds)
    log_info("listening", {"port": server.sockets[0].getsockname()[1]})
    await stopped.wait()
    server.close()
    await connections.drain()


def _on_signal(stopped: asyncio.Event, drain_seconds: float) -> None:
    if stopped.is_set():
        _exit_anyway("a second signal arrived")
    stopped.set()
    log_info("stopping", {})
    # A thread, since a handler may block the loop and the tenant's own exit hooks may hang.
    reason = f"requests were still in flight after {drain_seconds:g} seconds"
    timer = threading.Timer(drain_seconds, _exit_anyway, (reason,))
    timer.daemon = True
    timer.start()


def _exit_anyway(reason: str) -> None:
    log_error(f"exiting before all is done: {reason}", {})
    sys.stdout.flush()
    os._exit(1)


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use on {host}; stop what listens there or set PORT to a free one"
    return f"cannot listen on {host} port {port}: {error}; set HOST and PORT to an address of ours"


def _log_loop_error(
    loop: asyncio.AbstractEventLoop,  # noqa: ARG001 - asyncio's signature
    failure: dict[str, Any],
) -> None:
    error = failure.get("exception")
    stack = "" if error is None else "".join(traceback.format_exception(error))
    log_error(f"outside a request: {failure['message']}", {"stack": stack})
