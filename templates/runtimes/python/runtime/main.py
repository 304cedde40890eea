#!/usr/bin/env python3
"""Starts the function as an HTTP server; run in the app folder as `python runtime/main.py`."""

import io
import os
import sys
import threading
import traceback
from pathlib import Path

from lambda_runtime.application import Application
from lambda_runtime.configuration import StartupError, listen_address, read_configuration
from lambda_runtime.loading import load_handler
from lambda_runtime.logs import log_error
from lambda_runtime.serving import serve_until_stopped


def main() -> int:
    """The exit code: 0 after an orderly stop, 1 when the function cannot start."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A pipe is block-buffered by default, and a log line must not wait for the next ones.
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    threading.excepthook = _log_thread_error
    app = Path(__file__).absolute().parent.parent
    try:
        configuration = read_configuration(app / "runtime" / "function.json", os.environ)
        host, port = listen_address(os.environ)
        sys.path[:0] = [str(app / "function"), str(app / "dependencies")]
        handler = load_handler(app / "function", configuration.handler)
        # By then each request that was in hand has had its answer, or its deadline.
        drain_seconds = configuration.timeout_seconds
        serve_until_stopped(Application(configuration, handler), host, port, drain_seconds)
    except StartupError as error:
        cause = error.__cause__
        stack = {} if cause is None else {"stack": "".join(traceback.format_exception(cause))}
        log_error(str(error), stack)
        return 1
    return 0


def _log_thread_error(failure: threading.ExceptHookArgs) -> None:
    stack = traceback.format_exception(failure.exc_type, failure.exc_value, failure.exc_traceback)
    log_error("a background thread of the function failed", {"stack": "".join(stack)})


if __name__ == "__main__":
    sys.exit(main())
