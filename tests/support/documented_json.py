"""What `docs/commands.md` says that programs get."""

import re
from collections.abc import Mapping
from typing import Final

from support.shell import ROOT

_CODE: Final = re.compile(r"`([a-z_0-9]+)`")


def _rows(title: str) -> list[list[str]]:
    page = (ROOT / "docs/commands.md").read_text("utf-8")
    section = page.partition(f"\n### {title}\n")[2].partition("\n### ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    assert len(lines) > 2, f"docs/commands.md has no table below {title}"
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def keys(title: str) -> set[str]:
    """The keys of the objects below *title*."""
    return {key for first, *_ in _rows(title) for key in _CODE.findall(first)}


def statuses() -> Mapping[str, set[str]]:
    """The keys that there may be beside each `status`."""
    return {
        status: set(_CODE.findall(keys))
        for first, keys, *_ in _rows("`submit`, `cancel`, `delete`, `rollback`")
        for status in _CODE.findall(first)
    }
