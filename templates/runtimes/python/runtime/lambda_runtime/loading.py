"""Finding the tenant's handler, with an explanation when it is not there."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from lambda_runtime.configuration import StartupError

Handler = Callable[..., Any]


def load_handler(folder: Path, handler: str) -> Handler:
    """The callable that "module/path.name" names below `folder`; raises StartupError."""
    path, dot, name = handler.rpartition(".")
    parts = path.split("/")
    if not (dot and name and all(parts)) or any("." in part for part in parts):
        raise StartupError(
            f"the handler {handler!r} is not of the form module/path.name, as in index.handler"
        )
    file = folder.joinpath(*parts).with_suffix(".py")
    if not file.is_file():
        raise StartupError(_missing_module(folder, path, name))
    module = _import(file, f"function/{path}.py", ".".join(parts))
    found = getattr(module, name, None)
    if found is None:
        raise StartupError(_missing_export(module, path, name))
    if not callable(found):
        raise StartupError(
            f"function/{path}.py exports {name!r} as {type(found).__name__}, which cannot be "
            f"called; define {name} as a function of (event, context)"
        )
    return found  # type: ignore[no-any-return]  # what a tenant exports has no static type


def _import(file: Path, shown: str, module_name: str) -> ModuleType:
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise StartupError(
            f"{shown} cannot be imported: there is no module {error.name!r}; "
            "add its package to function/requirements.txt, or correct the import"
        ) from error
    except BaseException as error:  # a module that calls sys.exit must be explained as well
        raise StartupError(
            f"{shown} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    origin = getattr(module, "__file__", None)
    if origin is None or not Path(origin).samefile(file):
        raise StartupError(
            f"{shown} has the name of Python's own module {module_name!r}; rename the file, "
            "and the handler with it"
        )
    return module


def _missing_module(folder: Path, path: str, name: str) -> str:
    files = sorted(
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*.py")
        if "__pycache__" not in file.parts
    )
    if not files:
        return f"function/{path}.py does not exist, nor any other .py file below function/"
    module = files[0].removesuffix(".py")
    return (
        f"function/{path}.py does not exist; below function/ there are: {', '.join(files[:20])}. "
        f"Set the handler to a module that exists, as in {module}.{name}, or add {path}.py"
    )


def _missing_export(module: ModuleType, path: str, name: str) -> str:
    exports = sorted(
        key
        for key, value in vars(module).items()
        if callable(value)
        and not key.startswith("_")
        and sys.modules.get(getattr(value, "__module__", "")) is module
    )
    if not exports:
        return f"function/{path}.py exports no {name!r} and no other function; define {name}"
    return (
        f"function/{path}.py exports no {name!r}; it exports: {', '.join(exports)}. "
        f"Set the handler to {path}.{exports[0]} or define {name}"
    )
