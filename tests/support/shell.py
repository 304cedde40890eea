"""The command `knative-lambda`, run as a person runs it: a process, its output and its exit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("knative-lambda")
PATIENCE = 60.0  # seconds; only ever spent when something is wrong


@attrs.frozen
class Ended:
    """What a command left."""

    code: int
    text: str


@attrs.define
class Shell:
    """Runs the command with all that is its own below *place*; one at a time."""

    place: Path
    variables: dict[str, str]
    started: list["subprocess.Popen[bytes]"] = attrs.field(factory=list)

    def start(self, *words: str | Path) -> None:
        with (self.place / "output").open("wb") as output:
            self.started.append(
                subprocess.Popen(
                    [COMMAND, *words],
                    cwd=ROOT,
                    env=self.variables,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )
            )

    @property
    def text(self) -> str:
        """All it has written so far."""
        return (self.place / "output").read_text("utf-8")

    def until(self, holds: Callable[[], object]) -> None:
        """Wait, while the command runs, for what must come."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert self.started[-1].poll() is None, f"it ended early:\n{self.text}"
            assert time.monotonic() < deadline, f"it did not come:\n{self.text}"
            time.sleep(0.01)

    def end(self) -> Ended:
        """Wait until it has ended."""
        return Ended(self.started[-1].wait(PATIENCE), self.text)

    def run(self, *words: str | Path) -> Ended:
        self.start(*words)
        return self.end()

    def signal(self, number: signal.Signals) -> None:
        self.started[-1].send_signal(number)

    def processes(self) -> list[str]:
        """The commands of all processes that have their working directory below *place*."""
        found = []
        for process in Path("/proc").iterdir():
            try:
                if str((process / "cwd").readlink()).startswith(str(self.place)):
                    found.append((process / "cmdline").read_text().replace("\0", " ").strip())
            except OSError:
                continue  # it is no process, no process any more, or not ours
        return found

    def without_node(self) -> None:
        """Leave nothing in the PATH."""
        empty = self.place / "bin"
        empty.mkdir()
        self.variables["PATH"] = str(empty)


@contextmanager
def shell_in(place: Path) -> Iterator[Shell]:
    """A shell with an empty state directory; what it started is ended with it."""
    temporary = place / "tmp"
    temporary.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KLB_")}
    own = {"KLB_STATE_DIR": str(place / "state"), "TMPDIR": str(temporary)}
    shell = Shell(place, {**kept, **own})
    try:
        yield shell
    finally:
        for process in shell.started:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)
