"""A private image registry: Debian's docker-registry as a child process."""

import base64
import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any, Final

import attrs
from support.certificates import Certificates
from support.tcp_proxy import free_port

USER, PASSWORD = "builder", "p@ss:wörd"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

# It leaves nothing behind; but a blob is copied anew with every few KB that it grows by, so that
# one of 24 MB takes three seconds, and one of 48 MB twelve.
IN_MEMORY: Final[Mapping[str, Any]] = {"inmemory": {}}
READ_ONLY: Final[Mapping[str, Any]] = {
    **IN_MEMORY,
    "maintenance": {"readonly": {"enabled": True}},
}

_HTPASSWD = f"{USER}:$2b$04$abcdefghijklmnopqrstuuis8NFj7UNIGXmnfy8KkqqWTCKlw0A42\n"
_PATIENCE = 20.0  # seconds; only ever spent when something is wrong
# The shell's standard input is a pipe whose other end these tests hold, and lose however they end.
_ENDS_WITH_THE_TESTS = '"$0" serve "$1" </dev/null & cat >/dev/null; kill "$!"; wait "$!"'


class Mode(Enum):
    """Whom a registry lets in."""

    OPEN = "everybody"
    BASIC = "who has the password"
    BEARER = "who has been to its token server"


@attrs.frozen
class RegistryServer:
    """It runs.

    Attributes:
        host: As images name it.
        certificates: What it shows, if it speaks TLS.
        token_port: Where its token server must listen; the realm is `/token` there.
    """

    host: str
    mode: Mode
    certificates: Certificates | None
    token_port: int

    @property
    def scheme(self) -> str:
        return "http" if self.certificates is None else "https"

    @property
    def authority(self) -> Path | None:
        """What its clients must trust."""
        return None if self.certificates is None else self.certificates.authority

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)


def in_files(folder: Path) -> Mapping[str, Any]:
    """The storage for what is large, in *folder*, with what is known of blobs kept in memory.

    So do the settings that come with the program.
    """
    return {
        "filesystem": {"rootdirectory": str(folder)},
        "cache": {"blobdescriptor": "inmemory"},
    }


@contextmanager
def registry_server(
    folder: Path,
    mode: Mode = Mode.OPEN,
    *,
    signers: Certificates,
    tls: bool = False,
    storage: Mapping[str, Any] = IN_MEMORY,
) -> Iterator[RegistryServer]:
    """A new registry, whose settings lie in *folder*; it believes tokens that *signers* signed.

    Raises:
        FileNotFoundError: It is not installed.
        RuntimeError: It does not start; says what it logged.
    """
    port, token_port = free_port(), free_port()
    server = RegistryServer(f"127.0.0.1:{port}", mode, signers if tls else None, token_port)
    file = folder / f"registry-{port}.json"
    settings = {**_settings(folder, server, signers), "storage": storage}
    file.write_text(json.dumps(settings), "utf-8")
    with (folder / f"registry-{port}.log").open("w+b") as log:
        process = subprocess.Popen(
            ["sh", "-c", _ENDS_WITH_THE_TESTS, _program(), str(file)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # an interrupt from the keyboard is for the tests
        )
        try:
            if not _listens(port):
                log.seek(0)
                said = log.read().decode("utf-8", "replace")[-4000:]
                raise RuntimeError(f"docker-registry does not start:\n{said}")
            yield server
        finally:
            process.communicate()


def _settings(folder: Path, server: RegistryServer, signers: Certificates) -> dict[str, Any]:
    http: dict[str, Any] = {"addr": server.host}
    if server.certificates is not None:
        files = server.certificates
        http["tls"] = {"certificate": str(files.server), "key": str(files.server_key)}
    passwords = folder / "htpasswd"
    passwords.write_text(_HTPASSWD, "utf-8")
    auth: dict[Mode, Any] = {
        Mode.OPEN: {},
        Mode.BASIC: {"htpasswd": {"realm": "tests", "path": str(passwords)}},
        Mode.BEARER: {
            "token": {
                "realm": f"{server.scheme}://127.0.0.1:{server.token_port}/token",
                "service": "registry of the tests",
                "issuer": "tests",
                "rootcertbundle": str(signers.authority),
            }
        },
    }
    return {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "http": http,
        "auth": auth[server.mode],
    }


def _program() -> str:
    program = shutil.which("docker-registry")
    if program is None:
        raise FileNotFoundError(
            "docker-registry is missing: run `make docker-registry`, or install the Debian"
            " package of this name or what your system has in its place"
        )
    return program


def _listens(port: int) -> bool:
    """Whether somebody does before long."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return True
    return False
