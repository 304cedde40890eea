"""Images in a storage of their own, and buildah at work on them."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

_SCRATCH: Final = "scratch"


class BuildahError(Exception):
    """A call of buildah that failed: what it printed."""


@attrs.frozen
class Storage:
    """Below *root* lies all that buildah keeps, and nothing of it elsewhere."""

    root: Path

    def command(self, *arguments: str) -> list[str]:
        """A call of buildah on this storage."""
        # vfs needs nothing of the kernel, whatever the file system.
        places = ("--root", f"{self.root}/images", "--runroot", f"{self.root}/running")
        return ["buildah", *places, "--storage-driver", "vfs", *arguments]

    def start(
        self, *arguments: str, output: int | Any = subprocess.PIPE
    ) -> "subprocess.Popen[str]":
        """The same call, running in a process group of its own; errors are part of the output.

        It ends with the tests, however they end.
        """
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *self.command(*arguments)],
            env={**os.environ, "BUILDAH_ISOLATION": "chroot"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> str:
        """What the call printed.

        Raises:
            BuildahError: It failed.
        """
        with self.start(*arguments) as process:
            printed, _ = process.communicate()
        if process.returncode != 0:
            raise BuildahError(f"buildah {arguments[0]} exited {process.returncode}:\n{printed}")
        return printed.strip()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder to work in; gone at the end."""
        parent = self.root / _SCRATCH
        parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            yield Path(folder)

    def clear(self, good: Callable[[str], bool]) -> None:
        """Remove whatever an earlier run has left, but for images with a *good* name."""
        shutil.rmtree(self.root / _SCRATCH, ignore_errors=True)
        self.run("rm", "--all")
        for image in self.images():
            if not good(image):
                self.run("rmi", "--force", image)
        self.run("rmi", "--prune", "--force")

    def images(self) -> set[str]:
        """The names of all images, with their tags."""
        known = json.loads(self.run("images", "--json")) or []
        return {name for image in known for name in image.get("names") or []}

    def configuration(self, image: str) -> dict[str, Any]:
        """How containers of *image* start, with the names that OCI gives to each part."""
        described = json.loads(self.run("inspect", "--type", "image", image))
        configuration: dict[str, Any] = described["OCIv1"]["config"]
        return configuration

    @contextmanager
    def container(self, image: str) -> Iterator["Container"]:
        """A new container of *image*, or of nothing for `scratch`; gone at the end."""
        name = self.run("from", "--pull-never", image)
        try:
            yield Container(self, name, Path(self.run("mount", name)))
        finally:
            self.run("rm", name)


@attrs.frozen
class Container:
    """It is not running; *rootfs* is what its processes would see as `/`."""

    storage: Storage
    name: str
    rootfs: Path

    def run(self, *command: str, volumes: tuple[str, ...] = ()) -> None:
        """Run *command* to its end, on the machine's network."""
        mounts = [word for volume in volumes for word in ("--volume", volume)]
        self.storage.run("run", "--network", "host", *mounts, self.name, "--", *command)

    def configure(self, *options: str) -> None:
        """Set how containers of its image start."""
        self.storage.run("config", *options, self.name)

    def commit(self, image: str) -> None:
        """Keep it as *image*."""
        self.storage.run("commit", "--quiet", self.name, image)
