"""Functions run as the image would run them: the wrapper, a tenant's files and a port."""

import asyncio
import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from support import go

LANGUAGES = ("nodejs", "python", "go")
INTERPRETED = ("nodejs", "python")  # whose handlers are looked for when they start
THIRD_PARTY_ID, PARSER_ID, BUILD_ID = "third-party-7", "parser-9", "build-3"
SOURCE = f"network.notifi.{THIRD_PARTY_ID}"

_TEMPLATES = Path(__file__).parents[2] / "templates" / "runtimes"
_COMMANDS = {
    "nodejs": [shutil.which("node") or "node", "runtime/index.js"],
    "python": [sys.executable, "runtime/main.py"],
    "go": ["./server"],
}
_ENTRY_FILES = {"nodejs": "index.js", "python": "index.py", "go": "index.go"}
_PATIENCE_SECONDS = 15.0

LogLine = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def prepare(
    folder: Path, language: str, source: str | Mapping[str, str], **configuration: object
) -> None:
    """Fills an app folder; `source` is the entry file's text or file names and their texts.

    What has to be compiled is.
    """
    lay_out(folder, language, source, **configuration)
    if language == "go":
        go.build(folder)


def lay_out(
    folder: Path, language: str, source: str | Mapping[str, str], **configuration: object
) -> None:
    """Fills an app folder as `prepare` does, and compiles nothing."""
    shutil.copytree(
        _TEMPLATES / language / "runtime",
        folder / "runtime",
        ignore=shutil.ignore_patterns("__pycache__", "function.json"),
    )
    document = {
        "third_party_id": THIRD_PARTY_ID,
        "parser_id": PARSER_ID,
        "build_id": BUILD_ID,
        "handler": "index.handler",
        "timeout_seconds": 30,
        "source": SOURCE,
        "triggers": [],
        **configuration,
    }
    (folder / "runtime" / "function.json").write_text(json.dumps(document))
    files = {_ENTRY_FILES[language]: source} if isinstance(source, str) else source
    for name, text in files.items():
        file = folder / "function" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    if language == "go" and not (folder / "function" / "go.mod").exists():
        (folder / "function" / "go.mod").write_text(go.MODULE)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class FunctionProcess:
    """A started wrapper; its output goes to files, so that no pipe can fill up."""

    def __init__(self, folder: Path, language: str, port: int) -> None:
        self.language = language
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._outputs = {name: folder / f"{name}.log" for name in ("stdout", "stderr")}
        with (
            self._outputs["stdout"].open("wb") as stdout,
            self._outputs["stderr"].open("wb") as stderr,
        ):
            self._process = subprocess.Popen(
                _COMMANDS[language],
                cwd=folder,
                env={"PATH": os.environ["PATH"], "PORT": str(port), "HOST": "127.0.0.1"},
                stdout=stdout,
                stderr=stderr,
            )

    def await_ready(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._is_healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the function does not serve: {self.output('stderr')}")
            time.sleep(0.01)

    def _is_healthy(self) -> bool:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
        try:
            client.request("GET", "/healthz")
            return client.getresponse().status == 200
        except OSError:
            return False
        finally:
            client.close()

    def output(self, stream: str) -> str:
        return self._outputs[stream].read_text()

    def log_lines(self, stream: str = "stdout") -> list[LogLine]:
        """The complete lines that are JSON objects."""
        lines = self.output(stream).splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]

    async def await_line(self, wanted: Callable[[LogLine], bool]) -> LogLine:
        """The first log line on either stream that is wanted."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                for line in self.log_lines("stdout") + self.log_lines("stderr"):
                    if wanted(line):
                        return line
                await asyncio.sleep(0.01)

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    async def await_exit(self) -> int:
        return await asyncio.to_thread(self._process.wait, _PATIENCE_SECONDS)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    async def send(
        self, body: bytes | str = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Posts to / with exactly these headers' content type, none when there is none."""
        return await self.request("POST", "/", body, headers)

    async def request(
        self,
        method: str,
        path: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        skipped = ("Content-Type",)
        content = io.BytesIO(body.encode() if isinstance(body, str) else body)
        async with (
            aiohttp.ClientSession(self.url, skip_auto_headers=skipped) as client,
            client.request(method, path, data=content, headers=headers) as response,
        ):
            return Answer(response.status, response.headers, await response.read())


@contextmanager
def started(folder: Path, language: str, port: int | None = None) -> Iterator[FunctionProcess]:
    """The process of a prepared app folder, not awaited to serve; gone at the end."""
    process = FunctionProcess(folder, language, port or free_port())
    try:
        yield process
    finally:
        process.kill()


@contextmanager
def serving(
    folder: Path, language: str, source: str | Mapping[str, str], **configuration: object
) -> Iterator[FunctionProcess]:
    """A function that answers its health check; gone at the end."""
    prepare(folder, language, source, **configuration)
    with started(folder, language) as process:
        process.await_ready()
        yield process


def binary_event(
    content_type: str | None = "application/json", **attributes: str
) -> dict[str, str]:
    """The headers of an event in binary mode; an empty attribute is left out."""
    given = {"specversion": "1.0", "id": "e-1", "source": "urn:test", "type": "test.event"}
    headers = {f"ce-{name}": value for name, value in {**given, **attributes}.items() if value}
    return headers if content_type is None else {**headers, "content-type": content_type}
