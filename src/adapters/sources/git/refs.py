"""What a repository's branches and tags lead to."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.sources.refusals import not_found

_COMMIT: Final = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_LINE: Final = re.compile(rb"(?P<id>[0-9a-f]{40}|[0-9a-f]{64})\t(?P<name>HEAD|refs/[^\n]*)")
_NEARBY: Final = 5


@attrs.frozen
class Target:
    """An object that is to be fetched, and the folder in it that was named along with it."""

    object_id: str
    inside: str = ""


def read_refs(listing: Path) -> Mapping[str, str]:
    """The object that each ref leads to, from what `git ls-remote` has written."""
    refs = {}
    with listing.open("rb") as file:
        for line in file:
            match = _LINE.fullmatch(line.rstrip(b"\n"))
            if match is not None:
                refs[match["name"].decode("utf-8", "replace")] = match["id"].decode()
    return refs


def target(refs: Mapping[str, str], ref: str | None) -> Target:
    """What *ref* leads to: a full commit id, a branch, or a tag; `None` to the default branch.

    Raises:
        SourceRefusedError: There is no such ref.
    """
    if ref is None:
        if "HEAD" not in refs:
            raise not_found("source_url: the repository has no default branch, or no commits")
        return Target(refs["HEAD"])
    found = _object(refs, ref)
    if found is None:
        raise not_found(f"source_ref: {ref}: is no branch or tag of the repository{_hint(refs)}")
    return Target(found)


def target_of_tail(refs: Mapping[str, str], tail: str) -> Target:
    """What the longest beginning of *tail* that is a ref leads to; the rest is a folder in it.

    Raises:
        SourceRefusedError: Nothing of it is a ref.
    """
    parts = tail.split("/")
    for count in range(len(parts), 0, -1):
        found = _object(refs, "/".join(parts[:count]))
        if found is not None:
            return Target(found, "/".join(parts[count:]))
    raise not_found(f"source_url: {tail}: begins with no branch or tag of the repository")


def _object(refs: Mapping[str, str], ref: str) -> str | None:
    if _COMMIT.fullmatch(ref):
        return ref.lower()
    names = (f"refs/heads/{ref}", f"refs/tags/{ref}", ref if ref.startswith("refs/") else "")
    return next((refs[name] for name in names if name in refs), None)


def _hint(refs: Mapping[str, str]) -> str:
    branches = sorted(name.removeprefix("refs/heads/") for name in refs if "refs/heads/" in name)
    if not branches:
        return ""
    more = f" and {len(branches) - _NEARBY} more" if len(branches) > _NEARBY else ""
    return f"; a commit is named by its full id; branches: {', '.join(branches[:_NEARBY])}{more}"
