"""A service that runs on this machine, and commands beside it, as its users run them."""

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import attrs
from support.rabbitmq import RabbitMQServer
from support.shell import COMMAND, PATIENCE, ROOT
from support.tcp_proxy import free_port


@attrs.frozen
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def kinds(self) -> list[str]:
        """What its lines tell of, but for what depends on how fast all is, or on the day."""
        kinds = [line[10:28].strip() for line in self.out.splitlines() if line[7:8] == "s"]
        return [kind for kind in kinds if kind not in ("waiting", "warning")]


@attrs.define
class Command:
    """A command that runs."""

    process: "subprocess.Popen[str]"
    out: Path
    err: Path

    @property
    def text(self) -> str:
        """All it has told so far."""
        return self.out.read_text("utf-8")

    def until(self, holds: Callable[[], object]) -> None:
        """Wait, while it runs, for what must come."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, f"it ended early:\n{self.text}"
            assert time.monotonic() < deadline, f"it did not come:\n{self.text}"
            time.sleep(0.01)

    def end(self) -> Ran:
        """Wait until it has ended."""
        code = self.process.wait(PATIENCE)
        return Ran(code, self.text, self.err.read_text("utf-8"))


@attrs.define
class Machine:
    """Where the service runs, and its users too: they share a state directory and a broker."""

    place: Path
    broker: RabbitMQServer
    started: list[Command] = attrs.field(factory=list)

    @property
    def state(self) -> Path:
        return self.place / "state"

    @property
    def variables(self) -> dict[str, str]:
        """What commands find in their environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KLB_")}
        own = {"KLB_STATE_DIR": str(self.state), "KLB_RABBITMQ_URL": self.broker.url}
        own |= {"KLB_JOB_RUNNER": "local", "KLB_SERVICE_DEPLOYER": "local"}
        own |= {"KLB_CONTEXT_STORE": "directory", "KLB_IMAGE_REGISTRY": "local"}
        own["KLB_SOURCE_FETCHER"] = "directory"  # and with it file: URLs
        return {**kept, **own}

    def start(self, *words: str | Path, **variables: str) -> Command:
        """Start the command with these *words*; *variables* are set besides its own."""
        number = len(self.started)
        out, err = self.place / f"out-{number}", self.place / f"err-{number}"
        with out.open("wb") as told, err.open("wb") as complained:
            process = subprocess.Popen(
                [COMMAND, *words],
                cwd=ROOT,
                env={**self.variables, **variables},
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=complained,
                text=True,
            )
        self.started.append(Command(process, out, err))
        return self.started[-1]

    def run(self, *words: str | Path, **variables: str) -> Ran:
        return self.start(*words, **variables).end()

    def submit(self, *words: str | Path, **variables: str) -> Ran:
        """`submit` these *words* for acme."""
        return self.run("submit", *words, "--third-party", "acme", **variables)

    def start_submit(self, *words: str | Path, **variables: str) -> Command:
        return self.start("submit", *words, "--third-party", "acme", **variables)


@contextmanager
def machine(place: Path, broker: RabbitMQServer) -> Iterator[Machine]:
    """A machine on which `consume` runs; all that was started there ends with it."""
    one = Machine(place, broker)
    port = free_port()
    try:
        consumer = one.start("consume", KLB_HTTP_PORT=str(port))
        consumer.until(lambda: _is_ready(port))
        yield one
    finally:
        for command in reversed(one.started):
            if command.process.poll() is None:
                command.process.send_signal(signal.SIGTERM)
                command.process.wait(PATIENCE)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False
