"""What a lock file of npm pins, of all that an image gets.

Source: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from knative_lambda.domain.component import Component, hashes_of_one_file
from knative_lambda.domain.provenance import told
from knative_lambda.domain.purl import purl

_NAME: Final = re.compile(r"(?:@[\w~-][\w.~-]*/)?[A-Za-z0-9~-][\w.~-]*", re.ASCII)
_VERSION: Final = re.compile(r"[0-9][A-Za-z0-9.+-]*|[0-9a-f]{40}|[0-9a-f]{64}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# Of the tree: what only development needs, what npm would remove, and a folder of the source.
_NOT_INSTALLED: Final = ("dev", "extraneous", "link")
_DIGESTS: Final = {  # by its name in `integrity`: that in CycloneDX, and its bytes
    "sha1": ("SHA-1", 20),
    "sha256": ("SHA-256", 32),
    "sha384": ("SHA-384", 48),
    "sha512": ("SHA-512", 64),
}


def npm_components(text: str) -> Iterator[Component]:
    """The packages of the lock *text* of version 1, 2 or 3, each as often as it is installed.

    What is not as npm writes it is left out.
    """
    try:
        lock = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(lock, dict):
        return
    packages = lock.get("packages")
    locked = _placed(packages) if isinstance(packages, dict) else _nested(lock.get("dependencies"))
    for name, entry in locked:
        if isinstance(entry, dict) and _is_installed(entry):
            yield from _component(name, entry)


def _placed(packages: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Of versions 2 and 3: each package by its folder; the source's own are not in such a one."""
    for place, entry in packages.items():
        _, within, name = place.rpartition("node_modules/")
        if within:
            yield name, entry


def _nested(dependencies: object) -> Iterator[tuple[str, object]]:
    """Of version 1: each package by its name, with those in its own folder below it."""
    waiting = [dependencies]
    while waiting:
        level = waiting.pop()
        for name, entry in level.items() if isinstance(level, dict) else ():
            yield name, entry
            if isinstance(entry, dict):
                waiting.append(entry.get("dependencies"))


def _is_installed(entry: Mapping[str, object]) -> bool:
    if any(entry.get(flag) for flag in _NOT_INSTALLED):
        return False
    systems = entry.get("os")
    if not isinstance(systems, list) or "linux" in systems or "any" in systems:
        return True
    return "!linux" not in systems and all(str(system).startswith("!") for system in systems)


def _component(folder: str, entry: Mapping[str, object]) -> Iterator[Component]:
    name, version = _text(entry.get("name")) or folder, _text(entry.get("version"))
    resolved = _text(entry.get("resolved"))
    if version.startswith("npm:"):  # version 1 tells so of a package under another's name
        name, _, version = version.removeprefix("npm:").rpartition("@")
    elif version.startswith("git+"):  # and nothing but the commit of what comes from git
        resolved, version = version, version.rpartition("#")[2]
    if _NAME.fullmatch(name) and _VERSION.fullmatch(version):
        yield Component(
            name=name,
            version=version,
            purl=purl("npm", name, version, _place(name, resolved)),
            hashes=hashes_of_one_file(_hashes(_text(entry.get("integrity")))),
            optional=bool(entry.get("optional") or entry.get("devOptional")),
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _place(name: str, resolved: str) -> tuple[str, str] | None:
    """Where a package lies that is in no registry; without what may be secret in its URL."""
    url, _, commit = resolved.partition("#")
    from_git = url.startswith("git+")
    place = told(url.removeprefix("git+")) if url.isascii() and url.isprintable() else None
    if place is None or "://" not in place:  # a file of the source, or what npm never writes
        return None
    if from_git:
        return "vcs_url", f"git+{place}@{commit}" if _COMMIT.fullmatch(commit) else f"git+{place}"
    bare = name.rpartition("/")[2]
    return None if f"/{bare}/-/{bare}-" in place else ("download_url", place)


def _hashes(integrity: str) -> Iterator[tuple[str, str]]:
    for word in integrity.split():
        algorithm, _, value = word.partition("?")[0].partition("-")
        name, size = _DIGESTS.get(algorithm, ("", 0))
        try:
            digest = base64.b64decode(value, validate=True)
        except ValueError:
            continue
        if name and len(digest) == size:
            yield name, digest.hex()
