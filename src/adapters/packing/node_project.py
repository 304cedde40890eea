"""What a Node.js source says about its installation: package.json and npm's lock files."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.source import Source, rejected

PACKAGE: Final = "package.json"
LOCKS: Final = ("npm-shrinkwrap.json", "package-lock.json")  # npm reads the first that is there
_LOCKS_OF_OTHERS: Final = ("yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
_ALWAYS: Final = ("dependencies", "optionalDependencies", "peerDependencies")
_DEVELOPMENT: Final = "devDependencies"
# npm runs these of the package itself when it installs, and they may need any of its files.
_HOOKS: Final = frozenset(
    {
        *("preinstall", "install", "postinstall", "prepublish"),
        *("preprepare", "prepare", "postprepare"),
    }
)
_LOCAL: Final = ("file:", "link:", "workspace:", ".", "/", "~/")


def node_installation(source: Source) -> Installation:
    """How to install and build *source*.

    Raises:
        SourceRefusedError: Its package.json is none, or is missing beside a lock file; or its
            only lock file is that of a program other than npm.
    """
    locks = tuple(name for name in LOCKS if name in source)
    text = source.manifest(PACKAGE)
    if text is None:
        if locks:
            raise rejected(f"{locks[0]}: has no {PACKAGE} beside it; add it, or remove the lock")
        return Installation()
    package = _package(text)
    scripts = _section(package, "scripts")
    build_script = bool(scripts.get("build"))
    wanted = dict(_dependencies(package, build_script=build_script))
    install = bool(locks or wanted)
    if install and not locks:
        _refuse_other_locks(source)
    return Installation(
        install=install,
        manifests=_manifests(source, package, locks) if install else (),
        locked=bool(locks),
        build_script=build_script,
    )


def _refuse_other_locks(source: Source) -> None:
    """Another program's lock says which versions are meant, and npm would take others."""
    for name in _LOCKS_OF_OTHERS:
        if name in source:
            raise rejected(
                f"{name}: is not read, since npm installs what a function depends on; run: "
                f"npm install --package-lock-only, and add package-lock.json or remove {name}"
            )


def _package(text: str) -> Mapping[str, object]:
    try:
        package = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise rejected(f"{PACKAGE}: is not valid JSON: {error.msg} at {place}") from error
    # A number without end, a constant that JSON has not, or lists in lists without end.
    except (ValueError, RecursionError) as error:
        raise rejected(f"{PACKAGE}: is not valid JSON: {error}") from error
    if not isinstance(package, dict):
        raise rejected(f'{PACKAGE}: must be a JSON object, such as {{"dependencies": {{}}}}')
    return package


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"it has no value {name}")


def _section(package: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = package.get(name)
    return value if isinstance(value, dict) else {}


def _dependencies(
    package: Mapping[str, object], *, build_script: bool
) -> Iterator[tuple[str, object]]:
    for section in (*_ALWAYS, *([_DEVELOPMENT] if build_script else [])):
        yield from _section(package, section).items()


def _manifests(
    source: Source, package: Mapping[str, object], locks: tuple[str, ...]
) -> tuple[str, ...]:
    """The files that npm needs, or none when it may need any file of the source."""
    everything = dict(_dependencies(package, build_script=True))
    needs_code = (
        not _HOOKS.isdisjoint(_section(package, "scripts"))
        or "binding.gyp" in source  # which npm takes for an install script
        or "workspaces" in package
        or any(isinstance(place, str) and place.startswith(_LOCAL) for place in everything.values())
    )
    if needs_code:
        return ()
    settings = (".npmrc",) if ".npmrc" in source else ()
    return (PACKAGE, *locks, *settings)
