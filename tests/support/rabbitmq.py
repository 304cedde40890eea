"""A private RabbitMQ: a child process that keeps all it has in one folder."""

import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import attrs
from support import rabbitmq_files
from support.certificates import Certificates
from support.tcp_proxy import free_port

_PATIENCE = 60.0  # seconds; only ever spent when something is wrong
# Debian's command of this name gives the server to a user of its own; this one starts it.
_DEBIAN = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_GREETING = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"
# Its standard input is a pipe whose other end these tests hold, and lose however they end.
_ENDS_WITH_THE_TESTS = """\
spawn(fun() ->
    Tests = open_port({{fd, 0, 0}}, [in, eof]),
    receive {{Tests, eof}} -> file:del_dir_r({folder}), erlang:halt(1, [{{flush, false}}]) end
end).
"""


@attrs.frozen
class Names:
    """An exchange and a queue that no other test has."""

    exchange: str
    queue: str


@attrs.define(eq=False)
class RabbitMQServer:
    """A server that can be stopped, killed and started again with the same data and ports.

    Its methods block for seconds: a coroutine calls them with `asyncio.to_thread`.
    """

    program: str
    folder: Path
    port: int = attrs.field(factory=free_port, init=False)
    tls_port: int = attrs.field(factory=free_port, init=False)
    ca_file: Path = attrs.field(init=False)
    _process: "subprocess.Popen[bytes] | None" = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        certificates = Certificates.make(self.folder)
        self.ca_file = certificates.authority
        rabbitmq_files.write(self.folder, self.port, self.tls_port, certificates)

    @property
    def url(self) -> str:
        """For an administrator, in the virtual host `/`."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    @property
    def tls_url(self) -> str:
        """Like `url`, over TLS, for a client that trusts `ca_file`."""
        return f"amqps://guest:guest@127.0.0.1:{self.tls_port}/"

    @property
    def writer_url(self) -> str:
        """For a user that may publish in the virtual host `/`, and do nothing else."""
        return f"amqp://{rabbitmq_files.WRITER}:{rabbitmq_files.WRITER}@127.0.0.1:{self.port}/"

    @property
    def team_url(self) -> str:
        """For a user whose password has odd characters, in a virtual host whose name has."""
        password = quote(rabbitmq_files.TEAM_PASSWORD, safe="")
        vhost = quote(rabbitmq_files.TEAM_VHOST, safe="")
        return f"amqp://{rabbitmq_files.TEAM_USER}:{password}@127.0.0.1:{self.port}/{vhost}"

    def installed_url(self, user: str) -> str:
        """For that user of an installation, in the virtual host that an installation has here."""
        return f"amqp://{user}:{user}@127.0.0.1:{self.port}/{rabbitmq_files.INSTALLED_VHOST}"

    def start(self) -> None:
        """Start it and wait until it takes connections.

        Raises:
            RuntimeError: It ended, or takes none for long; says what it logged.
        """
        watch = _ENDS_WITH_THE_TESTS.format(folder=json.dumps(str(self.folder)))
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [self.program, "-sname", rabbitmq_files.NODE, "-eval", watch],
                cwd=self.folder,
                env=rabbitmq_files.environment(self.folder),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # an interrupt from the keyboard is for the tests
            )
        deadline = time.monotonic() + _PATIENCE
        while not _answers(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"RabbitMQ does not start:\n{self._log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Let it end in its own way; nothing to do if it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would; nothing to do if it does not run."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(number)
        try:
            process.wait(_PATIENCE)
        finally:
            process.kill()
            process.communicate()

    def _log(self) -> str:
        files = (self.folder / "output", *self.folder.glob("log/*.log"))
        return "\n".join(file.read_text("utf-8", "replace")[-4000:] for file in files)


@contextmanager
def rabbitmq_server() -> Iterator[RabbitMQServer]:
    """A server that runs, in a folder that is removed with it.

    Raises:
        FileNotFoundError: It is not installed.
    """
    program = _program()
    folder = Path(tempfile.mkdtemp(prefix="rabbitmq-"))
    try:
        server = RabbitMQServer(program, folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder)


def _program() -> str:
    program = str(_DEBIAN) if _DEBIAN.exists() else shutil.which("rabbitmq-server")
    if program is None or shutil.which("openssl") is None:
        raise FileNotFoundError(
            "rabbitmq-server or openssl is missing: run `make rabbitmq`, or install the Debian"
            " packages of these names or what your system has in their place"
        )
    return program


def _answers(port: int) -> bool:
    """Whether a server greets back there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(_GREETING)
            return connection.recv(1) == _METHOD_FRAME
    except OSError:
        return False
