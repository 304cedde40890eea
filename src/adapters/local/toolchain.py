"""Which programs install and start a function, by what its wrapper is written in."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.domain.runtimes import Language

_WRAPPERS: Final = {
    Language.NODEJS: Path("runtime", "index.js"),
    Language.PYTHON: Path("runtime", "main.py"),
}
_NODE: Final = "install Node.js 18 or newer with npm, and have it in the PATH"
_PIP: Final = f"install it with: {sys.executable} -m ensurepip"


@attrs.frozen
class Command:
    """What to run, and where.

    Attributes:
        missing: Why it cannot be run and how to mend it; empty if it can.
    """

    words: tuple[str, ...]
    folder: Path
    missing: str = ""


def install_command(app: Path) -> Command | None:
    """Installs the dependencies of the function in the folder *app*; `None` if it has none.

    Raises:
        ValueError: There is no wrapper in the folder.
    """
    if _language(app) is Language.NODEJS:
        return _npm_install(app / "function")
    return _pip_install(app)


def start_command(app: Path) -> Command:
    """Serves the function in the folder *app*.

    Raises:
        ValueError: There is no wrapper in the folder.
    """
    language = _language(app)
    wrapper = str(_WRAPPERS[language])
    if language is Language.NODEJS:
        return Command(("node", wrapper), app, _missing("node", _NODE))
    # -S: our own packages must not stand in for those the function forgot to require.
    return Command((sys.executable, "-S", wrapper), app)


def _language(app: Path) -> Language:
    for language, wrapper in _WRAPPERS.items():
        if (app / wrapper).is_file():
            return language
    known = " nor ".join(str(wrapper) for wrapper in _WRAPPERS.values())
    raise ValueError(f"there is neither {known}: not an app that can be built or run here")


def _npm_install(function: Path) -> Command | None:
    locks = ("package-lock.json", "npm-shrinkwrap.json")
    if any((function / lock).is_file() for lock in locks):
        words: tuple[str, ...] = ("npm", "ci", "--omit=dev")
    elif _names_dependencies(function / "package.json"):
        words = ("npm", "install", "--omit=dev", "--no-audit", "--no-fund")
    else:
        return None
    return Command(words, function, _missing("npm", _NODE))


def _names_dependencies(package: Path) -> bool:
    try:
        document = json.loads(package.read_bytes())
    except FileNotFoundError:
        return False
    except ValueError:
        return True  # npm says best what is wrong with it
    named = ("dependencies", "optionalDependencies")
    return isinstance(document, dict) and any(document.get(name) for name in named)


def _pip_install(app: Path) -> Command | None:
    requirements = Path("function", "requirements.txt")
    try:
        hashed = b"--hash=" in (app / requirements).read_bytes()
    except FileNotFoundError:
        return None
    pip = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    into = ("--target", "dependencies", *(("--require-hashes",) if hashed else ()))
    missing = "" if importlib.util.find_spec("pip") else f"pip: not found; {_PIP}"
    return Command((*pip, *into, "-r", str(requirements)), app, missing)


def _missing(program: str, mending: str) -> str:
    return "" if shutil.which(program) else f"{program}: not found; {mending}"
