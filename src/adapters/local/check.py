"""Whether this machine can build and serve functions."""

import os
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Final

import attrs

from knative_lambda.adapters.local.go_version import installed_go
from knative_lambda.adapters.local.toolchain import (
    OLDEST_GO,
    WANTED_GO,
    go_command,
    node_command,
    pip_command,
)
from knative_lambda.ports.check import Check, Finding, broken, doubtful, fine

_FOLDER: Final = "state folder"
_PROGRAMS: Final = "programs"
_ANOTHER: Final = "export KLB_STATE_DIR=~/knative-lambda"
_NEW_GO: Final = "install it from https://go.dev/dl/"  # distributions have older ones


@attrs.frozen
class MachineCheck(Check):
    """Makes nothing.

    Attributes:
        state: Where contexts, images and records are kept; it need not be there yet.
    """

    state: Path

    @property
    def subject(self) -> str:
        """The folder."""
        return _FOLDER

    async def findings(self) -> Sequence[Finding]:
        """Whether it can be written to; and which languages can be built."""
        return [self._folder(), *await self._programs()]

    def _folder(self) -> Finding:
        there = next(each for each in (self.state, *self.state.parents) if each.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return fine(_FOLDER, f"{self.state} can be written to")
        owned = f"sudo chown {quote(str(os.getuid()))} {quote(str(there))}; or use another: "
        told = f"{there} is no folder that can be written to"
        return broken(_FOLDER, told, f"{owned if there.is_dir() else ''}{_ANOTHER}")

    async def _programs(self) -> Sequence[Finding]:
        node, npm = (node_command(name, folder=self.state).missing for name in ("node", "npm"))
        go = go_command(folder=self.state).missing or await _unfit_go()
        wrong = {
            "Node.js": (node, "apt-get install nodejs npm"),
            "npm": (npm, "apt-get install nodejs npm"),
            "Go": (go, _NEW_GO),
            "pip": (pip_command(folder=self.state).missing, "python3 -m ensurepip"),
        }
        told = [doubtful(_PROGRAMS, text, mend) for text, mend in wrong.values() if text]
        return told or [fine(_PROGRAMS, f"{', '.join(wrong)} are there")]


async def _unfit_go() -> str:
    version = await installed_go()
    if version is None:
        return f"go: it tells no version; {WANTED_GO}"
    return "" if version >= OLDEST_GO else f"go: it is {version[0]}.{version[1]}; {WANTED_GO}"
