"""A shell or a command on a terminal, typed into as a person does."""

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import attrs
from support.shell import PATIENCE

_MANNERS: Final = re.compile(r"\x1b\[[0-9;]*m")  # colours, and how bold letters are


@attrs.define
class TypingShell:
    """What is typed, and what is to be seen afterwards.

    Attributes:
        terminal: Its descriptor.
        seen: All that was to be seen since something was typed last.
    """

    terminal: int
    seen: str = ""

    def type(self, keys: str) -> None:
        """Press these *keys*."""
        self.seen = ""
        os.write(self.terminal, keys.encode())

    def until(self, text: str) -> None:
        """Wait for *text* to be seen."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], deadline - time.monotonic())
            assert ready, f"{text!r} was not seen, but:\n{self.seen}"
            told = os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
            self.seen = _MANNERS.sub("", self.seen + told)


@contextmanager
def typing_into(*command: str, variables: Mapping[str, str]) -> Iterator[TypingShell]:
    """What *command* starts, with these *variables* and few others."""
    ours, its = pty.openpty()
    own = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "200", "LINES": "50"}
    # Keys such as Ctrl-C reach it since the terminal is its own.
    process = subprocess.Popen(
        ["setsid", "--ctty", *command], stdin=its, stdout=its, stderr=its, env={**own, **variables}
    )
    os.close(its)
    try:
        yield TypingShell(ours)
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(ours)
