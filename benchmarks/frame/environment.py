"""Environments with nothing but what an image holds, or what a peer needs."""

import hashlib
import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SCRATCH: Final = ROOT / ".bench"


def environment(image: str) -> Path:
    """The Python of *image*, `service` or `sidecar`: its locked packages, and this project."""
    lock = ROOT / f"requirements-{image}.lock"
    folder = SCRATCH / image
    words = ("--require-hashes", "--requirement", str(lock))
    _once(folder, lock.read_bytes(), lambda: _python(folder, words))
    python = folder / "bin" / "python"
    _pip(python, "--no-deps", "--force-reinstall", str(_wheel(SCRATCH / f"{image}-wheel")))
    return python


def python_packages(name: str, packages: Sequence[str]) -> Path:
    """The Python of an environment with *packages* alone, each `name==version`."""
    folder = SCRATCH / name
    words = ("--no-deps", *packages)
    _once(folder, json.dumps(words).encode(), lambda: _python(folder, words))
    return folder / "bin" / "python"


def node_packages(name: str, packages: Sequence[str], day: str) -> Path:
    """A folder whose modules can require *packages*, each `name@version`.

    What they need is as new as it was on that *day*.
    """
    folder = SCRATCH / name
    words = ("install", "--no-audit", "--no-fund", f"--before={day}", "--save-exact", *packages)
    _once(folder, json.dumps(words).encode(), lambda: _node(folder, words))
    return folder


def importable() -> Path:
    """A folder from which these programs can be imported, and the service cannot."""
    folder = SCRATCH / "path"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "benchmarks"
    if not link.is_symlink():
        link.symlink_to(ROOT / "benchmarks")
    return folder


def _once(folder: Path, version: bytes, make: Callable[[], None]) -> None:
    """Make *folder* anew unless this very version was made before."""
    made, digest = folder / "made-of", hashlib.sha256(version).hexdigest()
    if not made.exists() or made.read_text("ascii") != digest:
        make()
        made.write_text(digest, "ascii")


def _python(folder: Path, words: Sequence[str]) -> None:
    venv.create(folder, with_pip=True, clear=True)
    _pip(folder / "bin" / "python", *words)


def _node(folder: Path, words: Sequence[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"private": true}', "ascii")
    _run("npm", *words, "--prefix", folder)


def _wheel(folder: Path) -> Path:
    """This project as it is now."""
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _pip(python: Path, *what: str) -> None:
    _run(python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *what)


def _run(*words: str | Path) -> None:
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 - programs of ours
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}:\n{done.stdout}{done.stderr}")
