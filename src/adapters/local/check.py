"""Whether this machine can build and serve functions."""

import os
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Final

import attrs

from knative_lambda.adapters.local.toolchain import go_command, node_command, pip_command
from knative_lambda.ports.check import Check, Finding, broken, doubtful, fine

_FOLDER: Final = "state folder"
_PROGRAMS: Final = "programs"


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
        return [self._folder(), *self._programs()]

    def _folder(self) -> Finding:
        there = next(each for each in (self.state, *self.state.parents) if each.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return fine(_FOLDER, f"{self.state} can be written to")
        mend = f"sudo chown {quote(str(os.getuid()))} {quote(str(there))}; or use another: "
        told = f"{there} is no folder that can be written to"
        return broken(_FOLDER, told, f"{mend}export KLB_STATE_DIR=~/knative-lambda")

    def _programs(self) -> Sequence[Finding]:
        commands = {
            "Node.js": (node_command("node", folder=self.state), "apt-get install nodejs npm"),
            "npm": (node_command("npm", folder=self.state), "apt-get install nodejs npm"),
            "Go": (go_command(folder=self.state), "apt-get install golang"),
            "pip": (pip_command(folder=self.state), "python3 -m ensurepip"),
        }
        missing = {name: pair for name, pair in commands.items() if pair[0].missing}
        if not missing:
            return [fine(_PROGRAMS, f"{', '.join(commands)} are there")]
        return [doubtful(_PROGRAMS, command.missing, mend) for command, mend in missing.values()]
