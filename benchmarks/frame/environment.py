"""Environments with nothing but what an image holds: its locked packages, and this project."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SCRATCH: Final = ROOT / ".bench"


def environment(image: str) -> Path:
    """The Python of *image*, `service` or `sidecar`; its packages are installed once a lock."""
    lock = ROOT / f"requirements-{image}.lock"
    folder, version = SCRATCH / image, hashlib.sha256(lock.read_bytes()).hexdigest()
    python, made = folder / "bin" / "python", folder / "made-of"
    if not made.exists() or made.read_text("ascii") != version:
        venv.create(folder, with_pip=True, clear=True)
        _pip(python, "--require-hashes", "--requirement", str(lock))
        made.write_text(version, "ascii")
    _pip(python, "--no-deps", "--force-reinstall", str(_wheel(SCRATCH / f"{image}-wheel")))
    return python


def importable() -> Path:
    """A folder from which these programs can be imported, and the service cannot."""
    folder = SCRATCH / "path"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "benchmarks"
    if not link.is_symlink():
        link.symlink_to(ROOT / "benchmarks")
    return folder


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
