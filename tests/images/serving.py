"""Built images, run as they would be run: their own command, user, environment and folder."""

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from images.building import Build
from images.storage import Storage
from support.functions import Answer
from support.tcp_proxy import free_port

_PATIENCE = 30.0  # seconds; only ever spent when something is wrong


@attrs.frozen
class Function:
    """It serves at *port*, from files that this machine sees at *rootfs*."""

    build: Build
    port: int
    rootfs: Path

    def call(self, data: object, **attributes: str) -> Answer:
        """Post an event with *data*, in binary mode."""
        given = {"specversion": "1.0", "id": "e-1", "source": "urn:test", "type": "test.event"}
        headers = {f"ce-{name}": value for name, value in {**given, **attributes}.items()}
        headers["content-type"] = "application/json"
        return _request(self.port, "POST", "/", json.dumps(data), headers)


@contextmanager
def serving(storage: Storage, build: Build) -> Iterator[Function]:
    """A container of what was built that answers its health check; gone at the end."""
    command = storage.configuration(build.image)["Cmd"]
    log = build.context.with_name("log")
    port = free_port()
    variables = ("--env", f"PORT={port}", "--env", "HOST=127.0.0.1")
    with storage.container(build.image) as container, log.open("wb") as output:
        words = ("run", "--network", "host", *variables, container.name, "--", *command)
        process = storage.start(*words, output=output)
        try:
            deadline = time.monotonic() + _PATIENCE
            while not _is_healthy(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"the function does not serve:\n{log.read_text()}")
                time.sleep(0.02)
            yield Function(build, port, container.rootfs)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_healthy(port: int) -> bool:
    try:
        return _request(port, "GET", "/healthz").status == 200
    except OSError:
        return False


def _request(
    port: int, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
) -> Answer:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        client.request(method, path, body, dict(headers or {}))
        response = client.getresponse()
        named: dict[str, Any] = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, response.read())
    finally:
        client.close()
