"""Which programs serve a function, and where they are missing what would mend it."""

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.domain.runtimes import Language

SERVER: Final = "server"  # what is made of a function in Go and its wrapper
OLDEST_GO: Final = (1, 26)  # what the wrapper's `go.mod` demands
WANTED_GO: Final = "install Go {}.{} or newer, and have it in the PATH".format(*OLDEST_GO)

_WRAPPERS: Final = {
    Language.NODEJS: Path("runtime", "index.js"),
    Language.PYTHON: Path("runtime", "main.py"),
    Language.GO: Path("runtime", "go.mod"),
}


@attrs.frozen
class Command:
    """What to run, and where.

    Attributes:
        missing: Why it cannot be run and how to mend it; empty if it can.
    """

    words: tuple[str, ...]
    folder: Path
    missing: str = ""


def language_of(app: Path) -> Language:
    """What the function in the folder *app* is written in, told by its wrapper.

    Raises:
        ValueError: There is no wrapper in the folder.
    """
    for language, wrapper in _WRAPPERS.items():
        if (app / wrapper).is_file():
            return language
    known = " nor ".join(str(wrapper) for wrapper in _WRAPPERS.values())
    raise ValueError(f"there is neither {known}: no app that can be built or run here")


def start_command(app: Path) -> Command:
    """Serves the function in the folder *app*.

    Raises:
        ValueError: There is no wrapper in the folder.
    """
    language = language_of(app)
    wrapper = str(_WRAPPERS[language])
    if language is Language.NODEJS:
        return node_command("node", wrapper, folder=app)
    if language is Language.GO:
        return Command((str(app / SERVER),), app)
    # -S: our own packages must not stand in for those the function forgot to require.
    return Command((sys.executable, "-S", wrapper), app)


def node_command(program: str, *words: str, folder: Path) -> Command:
    """The call of a *program* that comes with Node.js."""
    mending = f"{program}: not found; install Node.js 18 or newer with npm, and have it in the PATH"
    return Command((program, *words), folder, "" if shutil.which(program) else mending)


def go_command(*words: str, folder: Path) -> Command:
    """A call of Go's own program, which installs and compiles."""
    missing = "" if shutil.which("go") else f"go: not found; {WANTED_GO}"
    return Command(("go", *words), folder, missing)


def pip_command(*words: str, folder: Path) -> Command:
    """A call of pip, isolated from the *folder* it runs in."""
    mending = f"pip: not found; install it with: {sys.executable} -m ensurepip"
    found = importlib.util.find_spec("pip") is not None
    return Command((sys.executable, "-I", "-m", "pip", *words), folder, "" if found else mending)
