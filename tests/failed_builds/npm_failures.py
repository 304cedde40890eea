"""What npm cannot install or run, as authors of functions would have written it."""

import json
from collections.abc import Mapping
from typing import Final

from failed_builds.failure import CLOSED, REFUSING, REGISTRY, Failure

_INSTALL: Final = ("npm", "install", "--omit=dev", "--no-audit", "--no-fund")
_CI: Final = ("npm", "ci", "--omit=dev", "--no-audit", "--no-fund")


def _package(**fields: object) -> str:
    return json.dumps({"name": "orders", "version": "1.0.0", **fields}, indent=2)


def _npm(
    name: str,
    package: str,
    files: Mapping[str, str] | None = None,
    steps: tuple[tuple[str, ...], ...] = (_INSTALL,),
    **env: str,
) -> Failure:
    all_files = {"package.json": package, "index.js": "", **(files or {})}
    return Failure(f"npm-{name}", {f"function/{n}": t for n, t in all_files.items()}, steps, env)


def _lock(name: str, version: str, integrity: str, **more: str) -> str:
    place = {"version": version, "integrity": integrity, **more}
    root = {"name": "orders", "version": "1.0.0", "dependencies": {name: version}}
    packages = {"": root, f"node_modules/{name}": place}
    return json.dumps(
        {"name": "orders", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
    )


_ARCHIVE: Final = f"{REGISTRY}/is-number/-/is-number-7.0.0.tgz"
_WRONG: Final = f"sha512-{'A' * 86}=="
_BUILD: Final = (_INSTALL, ("npm", "run", "build"))

NPM: Final[tuple[Failure, ...]] = (
    _npm("no-package", _package(dependencies={"left-padd-of-nobody": "9.0.0"})),
    _npm("no-scoped-package", _package(dependencies={"@acme-of-nobody/orders": "^1.2.0"})),
    _npm("no-version", _package(dependencies={"is-number": "99.0.0"})),
    _npm("no-tag", _package(dependencies={"is-number": "stable-of-nobody"})),
    _npm(
        "wrong-integrity",
        _package(dependencies={"is-number": "7.0.0"}),
        {"package-lock.json": _lock("is-number", "7.0.0", _WRONG, resolved=_ARCHIVE)},
        (_CI,),
    ),
    _npm("peer-conflict", _package(dependencies={"react": "18.3.1", "react-dom": "17.0.2"})),
    _npm(
        "lock-out-of-sync",
        _package(dependencies={"is-number": "7.0.0", "is-odd": "3.0.1"}),
        {"package-lock.json": _lock("is-number", "6.0.0", _WRONG)},
        (_CI,),
    ),
    _npm("no-lock", _package(dependencies={"is-number": "7.0.0"}), steps=(_CI,)),
    _npm(
        "postinstall",
        _package(scripts={"postinstall": "node prepare.js"}, dependencies={"is-number": "7.0.0"}),
        {"prepare.js": "console.error('prepare: no schema.graphql here')\nprocess.exit(1)\n"},
    ),
    _npm(
        "postinstall-throws",
        _package(scripts={"postinstall": "node prepare.js"}, dependencies={"is-number": "7.0.0"}),
        {"prepare.js": "require('./schema')\n"},
    ),
    _npm(
        "postinstall-of-dependency",
        _package(dependencies={"own": "file:./own"}, allowScripts={"own": True}),
        {
            "own/package.json": json.dumps(
                {"name": "own", "version": "1.0.0", "scripts": {"postinstall": "node prepare.js"}}
            ),
            "own/prepare.js": "throw new Error('no schema.graphql here')\n",
            ".npmrc": "install-links=true\n",
        },
    ),
    _npm(
        "no-compiler",
        _package(scripts={"install": "node-gyp rebuild"}, dependencies={"is-number": "7.0.0"}),
        {
            "binding.gyp": "{'targets': [{'target_name': 'fast', 'sources': ['fast.c']}]}",
            "fast.c": "",
        },
        WITHOUT_COMPILER="",
    ),
    _npm(
        "no-make",
        _package(scripts={"install": "node-gyp rebuild"}, dependencies={"is-number": "7.0.0"}),
        {
            "binding.gyp": "{'targets': [{'target_name': 'fast', 'sources': ['fast.c']}]}",
            "fast.c": "",
        },
        WITHOUT_COMPILER="python3",
    ),
    _npm(
        "compile-error",
        _package(scripts={"install": "node-gyp rebuild"}, dependencies={"is-number": "7.0.0"}),
        {
            "binding.gyp": "{'targets': [{'target_name': 'fast', 'sources': ['fast.c']}]}",
            "fast.c": "#include <libpq-fe.h>\nint x = y;\n",
        },
    ),
    _npm(
        "wrong-engine",
        _package(engines={"node": ">=99"}),
        {".npmrc": "engine-strict=true\n"},
    ),
    _npm(
        "wrong-integrity-unresolved",
        _package(dependencies={"is-number": "7.0.0"}),
        {"package-lock.json": _lock("is-number", "7.0.0", _WRONG)},
        (_CI,),
    ),
    _npm(
        "conflicting-override",
        _package(dependencies={"is-number": "7.0.0"}, overrides={"is-number": "6.0.0"}),
    ),
    _npm(
        "wrong-development-engine",
        _package(devEngines={"runtime": {"name": "node", "version": ">=99", "onFail": "error"}}),
        steps=(("npm", "install", "--include=dev", "--no-audit", "--no-fund"),),
    ),
    _npm("wrong-platform", _package(dependencies={"fsevents": "2.3.3"})),
    _npm(
        "broken-package", '{\n  "name": "orders",\n  "dependencies": {"is-number": "7.0.0",}\n}\n'
    ),
    _npm(
        "registry-refused",
        _package(dependencies={"is-number": "7.0.0"}),
        {".npmrc": f"registry={CLOSED}/\nfetch-retries=0\n"},
    ),
    _npm(
        "registry-unknown",
        _package(dependencies={"is-number": "7.0.0"}),
        {".npmrc": "registry=https://packages.nowhere.invalid/\nfetch-retries=0\n"},
    ),
    _npm(
        "registry-unauthorized",
        _package(dependencies={"@acme/orders": "1.0.0"}),
        {".npmrc": f"@acme:registry={REFUSING}/\nfetch-retries=0\n"},
    ),
    _npm("no-file", _package(dependencies={"own": "file:./own-1.0.0.tgz"})),
    _npm("workspace-protocol", _package(dependencies={"own": "workspace:*"})),
    _npm("wrong-name", _package(dependencies={"is number": "7.0.0"})),
    _npm(
        "no-git",
        _package(dependencies={"own": "git+https://git.example.com/acme/own.git"}),
        WITHOUT_COMPILER="",
    ),
    _npm(
        "no-build-tool",
        _package(scripts={"build": "tsc --project ."}, dependencies={"is-number": "7.0.0"}),
        steps=_BUILD,
    ),
    _npm(
        "build-throws",
        _package(scripts={"build": "node build.js"}),
        {"build.js": "const config = require('./settings.json')\n"},
        (("npm", "run", "build"),),
    ),
    _npm(
        "type-error",
        _package(
            scripts={"build": "tsc --noEmit index.ts"}, devDependencies={"typescript": "5.9.3"}
        ),
        {"index.ts": 'export const total: number = "three";\nexport const x = missing;\n'},
        (("npm", "install", "--include=dev", "--no-audit", "--no-fund"), ("npm", "run", "build")),
    ),
    _npm(
        "no-script",
        _package(scripts={"start": "node index.js"}),
        steps=(("npm", "run", "build"),),
    ),
    _npm(
        "heap",
        _package(scripts={"build": "node --max-old-space-size=20 build.js"}),
        {"build.js": "const a = []; for (;;) a.push(new Array(1000).fill(a.length))\n"},
        (("npm", "run", "build"),),
    ),
)
