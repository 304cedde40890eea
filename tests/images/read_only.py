"""Images started as a cluster would: from a file system that nobody can write to, but for /tmp."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import attrs
from images.storage import Storage

_PATIENCE: Final = 30.0  # seconds; only ever spent when something is wrong
# What it makes is seen by nobody else, and gone with the program.
_ENTER: Final = """
set -eu
root=$1 user=$2
shift 2
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
set -- chroot --userspec="$user" --groups= "$root" env --ignore-environment "$@"
exec setpriv --pdeathsig KILL "$@"
"""


@attrs.frozen
class Ended:
    """A program that has ended, and all that it printed."""

    code: int
    printed: str


@attrs.frozen
class Started:
    """A container of *image* whose program runs."""

    process: "subprocess.Popen[str]"

    def ended(self) -> Ended:
        """Once it has."""
        printed, _ = self.process.communicate(timeout=_PATIENCE)
        return Ended(self.process.returncode, printed)

    def line(self, words: str) -> str:
        """The next line with *words* in it."""
        assert self.process.stdout
        seen = []
        for line in self.process.stdout:
            if words in line:
                return line
            seen.append(line)
        raise AssertionError(f"it never said {words!r}:\n{''.join(seen)}")


@contextmanager
def started(
    storage: Storage, image: str, *arguments: str, variables: Mapping[str, str] | None = None
) -> Iterator[Started]:
    """The image's own command with *arguments*, on the machine's network; gone at the end."""
    said = storage.configuration(image)
    given = [*said["Env"], *(f"{name}={value}" for name, value in (variables or {}).items())]
    program = [f"--chdir={said['WorkingDir']}", *given, *said["Entrypoint"], *arguments]
    with storage.container(image) as container:
        words = ["sh", "-c", _ENTER, "sh", str(container.rootfs), said["User"], *program]
        process = subprocess.Popen(
            ["unshare", "--mount", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with process:
            try:
                yield Started(process)
            finally:
                process.kill()
