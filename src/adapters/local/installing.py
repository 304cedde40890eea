"""The steps from an unpacked context to an app that can be served: those of its Dockerfile."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from knative_lambda.adapters.local.toolchain import (
    SERVER,
    Command,
    go_command,
    language_of,
    node_command,
    pip_command,
)
from knative_lambda.adapters.packing.go_project import go_installation
from knative_lambda.adapters.packing.node_project import node_installation
from knative_lambda.adapters.packing.python_project import REQUIREMENTS, python_installation
from knative_lambda.adapters.packing.source import FOLDER, Source
from knative_lambda.adapters.packing.tree import TreeLimits, scan
from knative_lambda.domain.runtimes import Language

_ANY_SIZE: Final = TreeLimits(max_files=sys.maxsize, max_bytes=sys.maxsize)  # it was packed before
_QUIET: Final = ("--no-audit", "--no-fund")
# Without a time in it, so that the same dependencies give the same image.
_COMPILE: Final = (
    "import compileall, py_compile; compileall.compile_dir('dependencies', quiet=2, "
    "invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)"
)
_GO_OPTIONS: Final = ("-trimpath", "-buildvcs=false", "-tags=timetzdata", "-ldflags=-s -w")


def build_commands(app: Path) -> Sequence[Command]:
    """What is to be run in the folder *app*, one after the other.

    Raises:
        ValueError: There is no wrapper in the folder.
        SourceRefusedError: The function's manifests cannot be read.
    """
    language = language_of(app)
    source = Source.of(scan(app / FOLDER, FOLDER, _ANY_SIZE))
    if language is Language.NODEJS:
        return _with_npm(app, source)
    return _with_go(app, source) if language is Language.GO else _with_pip(app, source)


def _with_npm(app: Path, source: Source) -> Sequence[Command]:
    chosen = node_installation(source)
    steps: list[tuple[str, ...]] = []
    if chosen.install:
        development = "--include=dev" if chosen.build_script else "--omit=dev"
        steps.append(("ci" if chosen.locked else "install", development, *_QUIET))
    if chosen.build_script:
        steps.append(("run", "build"))
    if chosen.install and chosen.build_script:
        steps.append(("prune", "--omit=dev", *_QUIET))
    return [node_command("npm", *step, folder=app / FOLDER) for step in steps]


def _with_pip(app: Path, source: Source) -> Sequence[Command]:
    chosen = python_installation(source)
    if not (chosen.install or chosen.package):
        return []
    options = ("--no-compile", "--disable-pip-version-check", "--no-input")
    into = ("--target", str(app / "dependencies"))
    hashed = ("--require-hashes",) if chosen.hashed else ()
    with_package = (".",) if chosen.package and not chosen.hashed else ()
    steps: list[tuple[str, ...]] = []
    if chosen.install:
        steps.append((*hashed, *into, *with_package, "--requirement", REQUIREMENTS))
    if chosen.package and not (chosen.install and with_package):
        alone = ("--no-deps",) if chosen.install else ()
        steps.append((*alone, *into, "."))
    installs = [pip_command("install", *options, *step, folder=app / FOLDER) for step in steps]
    return [*installs, Command((sys.executable, "-I", "-c", _COMPILE), app)]


def _with_go(app: Path, source: Source) -> Sequence[Command]:
    download = [go_command("mod", "download", folder=app / FOLDER)]
    return [
        *(download if go_installation(source).install else []),
        go_command("work", "init", "./runtime", f"./{FOLDER}", folder=app),
        go_command("build", *_GO_OPTIONS, "-o", SERVER, "./runtime/server", folder=app),
    ]
