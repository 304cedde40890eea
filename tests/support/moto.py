"""A private AWS: a child process that plays its services, and keeps all it has in memory."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import pytest
from support.tcp_proxy import free_port

_PATIENCE = 60.0  # seconds; only ever spent when something is wrong
REGION = "us-east-1"
# Its standard input is a pipe whose other end these tests hold, and lose however they end.
_ENDS_WITH_THE_TESTS = """\
import logging, os, sys, threading
def end():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=end, daemon=True).start()
logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request
from moto.server import main
main(["--host", "127.0.0.1", "--port", sys.argv[1]])
"""
# The variables that would lead an SDK, or moto itself, to another place than this server.
_LEADS_ASTRAY = ("AWS_", "MOTO_", "BOTO_")


@attrs.frozen
class Moto:
    """A server that runs; it looks at nobody's credentials, but an SDK sends none without any."""

    port: int

    @property
    def url(self) -> str:
        """The endpoint of each of its services."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """AWS's own variables, for a process that shall take this for AWS."""
        return {
            "AWS_ACCESS_KEY_ID": "AKIATESTSONLY0000001",
            "AWS_SECRET_ACCESS_KEY": "the-secret-of-tests",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url,
        }

    def reset(self) -> None:
        """Forget everything: buckets, repositories, all."""
        urllib.request.urlopen(  # noqa: S310 - the URL is ours
            f"{self.url}/moto-api/reset", data=b"", timeout=_PATIENCE
        ).close()


@contextmanager
def moto_server() -> Iterator[Moto]:
    """A server that runs, and has nothing yet; it takes a second or two to start.

    Raises:
        RuntimeError: It ended, or takes no requests for long; says what it wrote.
    """
    moto = Moto(free_port())
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-c", _ENDS_WITH_THE_TESTS, str(moto.port)],
            env={name: value for name, value in os.environ.items() if not _astray(name)},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,  # an interrupt from the keyboard is for the tests
        )
        try:
            if not _starts(moto, process):
                output.seek(0)
                raise RuntimeError(
                    f"moto does not start:\n{output.read().decode(errors='replace')}"
                )
            yield moto
        finally:
            process.kill()
            process.communicate()


def taken_for_aws(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process take *moto* for the real one, and know of no other."""
    for name in [name for name in os.environ if _astray(name)]:
        monkeypatch.delenv(name)
    for name, value in moto.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)


def _astray(name: str) -> bool:
    return name.startswith(_LEADS_ASTRAY) or name.lower().endswith("_proxy")


def _starts(moto: Moto, process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(moto):
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _answers(moto: Moto) -> bool:
    """Whether it takes requests: the answer is a list of all that it has."""
    try:
        with urllib.request.urlopen(  # noqa: S310 - the URL is ours
            f"{moto.url}/moto-api/data.json", timeout=_PATIENCE
        ):
            return True
    except OSError:
        return False
