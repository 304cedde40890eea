"""Debian's minimal system, made by debootstrap, and more of its packages."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from images.machine import MOUNT_POINTS
from images.storage import Container

RELEASE: Final = "bookworm"

_SOURCES: Final = "etc/apt/sources.list"
# Fetched anew, or read by nobody in a container.
_LEFT_OUT: Final = (
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
)


def minimal(rootfs: Path) -> None:
    """Fill the empty folder *rootfs*, with nothing of this machine in it."""
    options = ("--variant=minbase", "--include=ca-certificates")
    _call("debootstrap", *options, RELEASE, str(rootfs), *_mirror())
    for name in ("etc/resolv.conf", "etc/hostname", _SOURCES):
        (rootfs / name).unlink()
    for point in MOUNT_POINTS:
        place = rootfs / point.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    (rootfs / _SOURCES).touch()
    slim(rootfs)


def install(container: Container, scratch: Path, *packages: str) -> None:
    """Add *packages* of the same release."""
    steps = (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", *packages))
    for step in steps:
        container.run(
            *("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *step),
            volumes=(sources(scratch),),
        )
    slim(container.rootfs)


def sources(scratch: Path) -> str:
    """The volume by which apt finds packages: a file in *scratch*."""
    file = scratch / "sources.list"
    file.write_text(f"deb {' '.join(_mirror())} {RELEASE} main\n")
    return f"{file}:/{_SOURCES}:ro"


def slim(rootfs: Path) -> None:
    """Empty the folders that only take room."""
    for name in _LEFT_OUT:
        shutil.rmtree(rootfs / name)
        (rootfs / name).mkdir()


def _mirror() -> tuple[str]:
    """Where this machine gets the release from.

    Raises:
        RuntimeError: It does not have it.
    """
    words = "$(ORIGIN) $(RELEASE) $(REPO_URI)"
    for line in _call("apt-get", "indextargets", "--format", words).splitlines():
        if line.startswith(f"Debian {RELEASE} "):
            return (line.split()[2],)
    raise RuntimeError(f"apt-get knows no mirror of {RELEASE}; add it to the sources, and update")


def _call(*command: str) -> str:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} exited {done.returncode}:\n{done.stdout}")
    return done.stdout
