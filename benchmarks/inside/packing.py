"""Packs a directory into nothing but a hash, and tells what that added to this process's memory."""

import hashlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from knative_lambda.adapters.packing import archive, tree

_LIMITS = tree.TreeLimits(max_files=20_000, max_bytes=10**9)


def packed(directory: Path) -> Mapping[str, float | str]:
    """Sizes in bytes, and seconds."""
    idle, began = memory("VmRSS"), time.perf_counter()
    members = tree.scan(directory, "src", _LIMITS)
    size, digest = 0, hashlib.sha256()
    for piece in archive.stream(members):
        size += len(piece)
        digest.update(piece)
    return {
        "files": len(members),
        "content": sum(member.size for member in members),
        "archive": size,
        "sha256": digest.hexdigest(),
        "above_idle": memory("VmHWM") - idle,
        "seconds": time.perf_counter() - began,
    }


def memory(field: str) -> int:
    """One of this process's memory figures, in bytes, by its name in /proc/self/status."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"/proc/self/status has no {field}; a Linux system is needed")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(packed(Path(sys.argv[1]))))
