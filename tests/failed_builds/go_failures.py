"""What Go cannot build, as authors of functions would have written it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from failed_builds.failure import CLOSED, Failure

_STEPS: Final = (
    ("go", "-C", "function", "mod", "download"),
    ("go", "work", "init", "./runtime", "./function"),
    ("go", "build", "-o", "server", "./runtime/server"),
)


_SERVING: Final = Path(__file__).parents[2] / "templates/runtimes/go/runtime"
_RUNTIME: Final = {
    f"runtime/{file.relative_to(_SERVING)}": file.read_text("utf-8")
    for file in (_SERVING / "go.mod", *_SERVING.glob("server/*.go"))
}
_HANDLE: Final = "func Handle(ctx context.Context, event any) (any, error) { return nil, nil }\n"
_FUNCTION: Final = f'package function\n\nimport "context"\n\n{_HANDLE}'


def _go(
    name: str,
    code: str = _FUNCTION,
    files: Mapping[str, str] | None = None,
    steps: tuple[tuple[str, ...], ...] = _STEPS,
    **env: str,
) -> Failure:
    all_files = {"go.mod": "module function\n\ngo 1.26\n", "function.go": code, **(files or {})}
    if "require" not in all_files["go.mod"]:
        steps = steps[1:]
    named = {f"function/{n}": t for n, t in all_files.items()}
    return Failure(f"go-{name}", {**_RUNTIME, **named}, steps, env)


def _module(text: str, go: str = "1.26") -> dict[str, str]:
    return {"go.mod": f"module function\n\ngo {go}\n\n{text}"}


def _imports(package: str) -> str:
    return f'package function\n\nimport (\n\t"context"\n\t_ "{package}"\n)\n\n{_HANDLE}'


_REQUIRES: Final = "require example.com/acme/prices v1.0.0\n"
_USES: Final = (
    f'package function\n\nimport (\n\t"context"\n\t_ "example.com/acme/prices"\n)\n\n{_HANDLE}'
)
_SUM: Final = (
    "example.com/acme/prices v1.0.0 h1:{0}=\nexample.com/acme/prices v1.0.0/go.mod h1:{0}=\n"
)

GO: Final[tuple[Failure, ...]] = (
    _go("undefined", f"{_FUNCTION}\nvar total = sum(1, 2)\n"),
    _go("unused-import", f'package function\n\nimport (\n\t"context"\n\t"os"\n)\n\n{_HANDLE}'),
    _go("unused-variable", f"{_FUNCTION}\nfunc sum() {{\n\ttotal := 3\n}}\n"),
    _go("syntax", f"{_FUNCTION}\nfunc sum() {{\n\treturn\n"),
    _go("wrong-type", f'{_FUNCTION}\nfunc sum() int {{ return "three" }}\n'),
    _go("no-handle", _FUNCTION.replace("Handle", "Handler")),
    _go("wrong-signature", "package function\n\nfunc Handle(event string) error { return nil }\n"),
    _go("no-sum", _USES, _module(_REQUIRES), (("go", "-C", "function", "build", "./..."),)),
    _go("wrong-sum", _USES, {
        **_module(_REQUIRES),
        "go.sum": _SUM.format("A" * 43),
    }),
    _go("no-module", _USES),
    _go("no-package", _imports("function/prices")),
    _go("no-standard-package", _imports("prices")),
    _go("offline", _USES, _module(_REQUIRES), GOPROXY="off"),
    _go("proxy-refused", _USES, _module(_REQUIRES), GOPROXY=CLOSED),
    _go("no-version", _USES, _module("require example.com/acme/prices v1.9.0\n")),
    _go("no-repository", _USES, _module("require example.com/acme/nowhere v1.0.0\n")),
    _go("newer-go", _FUNCTION, _module("", "1.99")),
    _go("broken-module", _FUNCTION, {"go.mod": "module function\n\ngo 1.21\n\nrequires x v1\n"}),
    _go("other-path", _USES, _module("require example.com/acme/renamed v1.0.0\n")),
    _go("program", "package main\n\nfunc main() {}\n"),
    _go("two-packages", files={"other.go": "package other\n"}),
    _go("cycle", _imports("function/a"), {
        "a/a.go": 'package a\n\nimport _ "function"\n',
    }),
    _go("no-go-files", _imports("function/a"), {"a/readme.txt": ""}),
    _go("internal", _imports("internal/abi")),
)  # fmt: skip
