"""Whether the file that a handler names is there, told before an image is built for nothing."""

from typing import Final

from knative_lambda.adapters.packing import names
from knative_lambda.adapters.packing.source import FOLDER, Source, rejected
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.runtimes import Language, Runtime, default_handler

_LISTED: Final = 10


def require_handler_file(source: Source, handler: str, runtime: Runtime) -> None:
    """Refuse a *source* without the module of *handler*: all of it before the last dot.

    Raises:
        SourceRefusedError: It says which file was looked for, and which ones there are.
    """
    if runtime.language is Language.GO:
        _require_go_files(source, handler, runtime)
        return
    module, _, name = handler.rpartition(".")
    if runtime.language is Language.PYTHON and "." in module:
        raise rejected(
            f"handler: '{names.shown(handler)}' names a module with a dot, which Python cannot "
            f"import; write '/' between folders, as in {module.replace('.', '/')}.{name}"
        )
    if not any(f"{module}{extension}" in source for extension in runtime.extensions):
        raise _missing(source, handler, module, runtime)


def _require_go_files(source: Source, handler: str, runtime: Runtime) -> None:
    only = default_handler(runtime.language)
    if handler != only:
        raise rejected(
            f"handler: '{names.shown(handler)}' must be {only} in Go: export func Handle from the "
            "package at the root of the source, and leave the handler out"
        )
    tests = "_test.go"
    if not any(
        path.endswith(runtime.extensions) and not path.endswith(tests) and "/" not in path
        for path in source.files
    ):
        raise rejected(
            "handler: func Handle is looked for in the .go files at the root of the source, which "
            f"has none there; it has: {_listed(source, runtime)}"
        )


def _missing(source: Source, handler: str, module: str, runtime: Runtime) -> SourceRefusedError:
    first, *others = runtime.extensions
    alternatives = f" (or {', '.join(others)})" if others else ""
    wanted = names.shown(f"{FOLDER}/{module}{first}")
    return rejected(
        f"handler: '{names.shown(handler)}' names {wanted}{alternatives}, which the source does "
        f"not have; it has: {_listed(source, runtime)}"
    )


def _listed(source: Source, runtime: Runtime) -> str:
    modules = [path for path in source.files if path.endswith(runtime.extensions)]
    if not modules:
        *others, last = runtime.extensions
        return f"no {', '.join(others)} or {last} file" if others else f"no {last} file"
    modules.sort(key=lambda path: (path.count("/"), path))
    text = ", ".join(names.shown(path) for path in modules[:_LISTED])
    rest = len(modules) - _LISTED
    return f"{text} and {rest} more" if rest > 0 else text
