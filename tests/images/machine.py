"""What this machine needs to reach its registries: files that are mounted while images are built.

Settings that stand in the environment are put into those files too: what is set for a build's
steps would be seen by more than the programs that need it.
"""

import ast
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Final, Self

import attrs

AUTHORITIES: Final = "/etc/ssl/certs/ca-certificates.crt"
PIP: Final = "/etc/pip.conf"
NPM: Final = "/usr/local/etc/npmrc"
# They are in each base, so that mounting makes no file.
MOUNT_POINTS: Final = (AUTHORITIES, PIP, NPM)

_OF_PIP: Final = ("index-url", "extra-index-url", "find-links", "no-index", "trusted-host")


@attrs.frozen
class MachineSettings:
    """The files in *folder*; *mark* stands in each, so that a trace of any can be found."""

    folder: Path
    mark: str

    @classmethod
    def written(cls, folder: Path) -> Self:
        """This machine's, read now and written into *folder*."""
        settings = cls(folder, secrets.token_hex(16))
        authorities = Path(os.environ.get("SSL_CERT_FILE", AUTHORITIES)).read_text()
        for point, text in ((AUTHORITIES, authorities), (PIP, _of_pip()), (NPM, _of_npm())):
            settings.file(point).write_text(f"# {settings.mark}\n{text}")
        return settings

    def file(self, point: str) -> Path:
        """What is mounted at *point*."""
        return self.folder / Path(point).name

    @property
    def volumes(self) -> tuple[str, ...]:
        """As buildah takes them."""
        return tuple(f"{self.file(point)}:{point}:ro" for point in MOUNT_POINTS)


def _of_pip() -> str:
    listed = _printed(sys.executable, "-m", "pip", "config", "list")
    pairs = (line.partition("=") for line in listed.splitlines())
    # `global.index-url`, `:env:.index-url`: the environment has the last word.
    ordered = sorted(pairs, key=lambda pair: pair[0].startswith(":env:"))
    values: dict[str, str] = {}
    for key, _, value in ordered:
        values[key.rpartition(".")[2]] = ast.literal_eval(value)
    kept = {key: " ".join(values[key].split()) for key in _OF_PIP if key in values}
    lines = [f"{key} = {value}" for key, value in kept.items()]
    return "\n".join(["[global]", *lines, f"cert = {AUTHORITIES}", ""])


def _of_npm() -> str:
    known = json.loads(_printed("npm", "config", "list", "--json"))
    files = (Path(known[name]) for name in ("globalconfig", "userconfig"))
    texts = [file.read_text() for file in files if file.is_file()]
    return "\n".join([*texts, f"registry={known['registry']}", f"cafile={AUTHORITIES}", ""])


def _printed(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
