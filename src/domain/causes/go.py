"""What Go's program writes when it cannot download or compile."""

from typing import Final

from knative_lambda.domain.causes.sign import Sign, sign
from knative_lambda.domain.failures import Reason

_AT: Final = r"(?P<at>[^\s:]{1,200}\.go:\d{1,7}(?::\d{1,5})?): "
_WRAPPER: Final = r"(?:\S{0,200}/)?runtime/server/main\.go:\d{1,7}:\d{1,5}: "
_MODULE: Final = r"go: (?P<module>[^\s@\"]{1,200}@v[^\s:]{1,100}): "

GO: Final[tuple[Sign, ...]] = (
    sign(
        "the function is for a newer Go",
        r"go: (?:\S{0,300}/)?(?P<file>go\.(?:mod|work)){any} requires go >= {word wanted} "
        r"\(running go (?P<here>[^\s;)]{1,40})",
        "go: {file} asks for go {wanted}, and here is go {here}",
    ),
    sign(
        "`go.mod` cannot be read",
        r"go: errors parsing {word}:\n(?:\S{0,300}/)?(?P<at>go\.mod:\d{1,6}): {line what}",
        "go: {at}: {what}",
    ),
    sign(
        "a module calls itself otherwise",
        rf"{_MODULE}parsing go\.mod:\n\s{{0,16}}module declares its path as: {{word own}}\n"
        r"\s{0,16}but was required as: {word wanted}$",
        "go: {wanted} calls itself {own}; require it by that name",
    ),
    sign(
        "a module is not what `go.sum` says",
        r"verifying (?P<module>[^\s@]{1,200}@[^\s/:]{1,100}){any}: checksum mismatch",
        "go: {module} is not what go.sum says (checksum mismatch)",
    ),
    sign(
        "modules may not be downloaded",
        rf"{_MODULE}module lookup disabled by GOPROXY=off",
        "go: {module} cannot be downloaded: GOPROXY is off",
    ),
    sign(
        "the proxy of modules cannot be reached",
        rf"{_MODULE}{{any}}(?P<why>connection refused|no such host|i/o timeout|certificate)",
        "go: {module} cannot be downloaded: its host could not be reached: {why}",
    ),
    sign(
        "a module, or its version, is not there",
        rf"{_MODULE}{{any}}(?:404|410|unknown revision|no such file|invalid version)",
        "go: {module} is not there, or this build may not read it",
    ),
    sign(
        "`go.sum` lacks an entry",
        rf"{_AT}missing go\.sum entry for {{short}}(?:package|file for) {{word package}}[\s;:,]",
        "go: {at}: go.sum has no entry for {package}; run `go mod tidy`",
    ),
    sign(
        "no module is required for a package",
        rf"{_AT}no required module provides package {{word package}}[\s;]",
        "go: {at}: go.mod requires no module for {package}; run `go get {package}`",
    ),
    sign(
        "a package is nowhere",
        rf"{_AT}package {{word package}} is not in (?:std|GOROOT)",
        "go: {at}: the package {package} is neither in the function nor in Go",
        Reason.BUILD_EXIT,
    ),
    sign(
        "packages import each other",
        r"\s{0,8}imports {word package} from {word file}: import cycle not allowed",
        "go: {file} imports {package}: packages import each other",
        Reason.BUILD_EXIT,
    ),
    sign(
        "the function is a program",
        rf"{_WRAPPER}import \"function\" is a program, not an importable package",
        "go: the function is of package main, which cannot be imported; call its package function",
        Reason.BUILD_EXIT,
    ),
    sign(
        "there is no handler",
        rf"{_WRAPPER}undefined: function\.{{word name}}$",
        "go: the function has no func {name}, with a capital letter",
        Reason.BUILD_EXIT,
    ),
    sign(
        "the handler takes or gives something else",
        rf"{_WRAPPER}in call to adapted, type {{line type}} of function\.{{word name}} does not",
        "go: {name} is a {type}, and must be a func(ctx context.Context, event E) (any, error)",
        Reason.BUILD_EXIT,
    ),
    sign(
        "a folder holds two packages",
        r"\S{1,200}\.go:\d{1,7}:\d{1,5}: found packages {line what} in ",
        "go: one folder holds two packages: {what}",
        Reason.BUILD_EXIT,
    ),
    sign(
        "code does not compile",
        rf"\s{{0,8}}{_AT}{{line what}}",
        "go: {at}: {what}",
        Reason.BUILD_EXIT,
    ),
    sign("Go fails otherwise", rf"{_MODULE}{{line what}}", "go: {module}: {what}"),
)
