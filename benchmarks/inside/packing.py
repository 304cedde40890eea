"""Packs a directory as a build's context, into a file, and tells what that took.

Arguments: the directory, which has a `main.py`, and the file.
"""

import asyncio
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.inside.memory import memory
from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest

_BUILDER: Final = ContextBuilder(TreeLimits(max_files=20_000, max_bytes=2 * 10**9))
_REQUEST: Final = BuildRequest(
    function=FunctionId("acme", "hello"),
    runtime="python311",
    source_url="https://git.example.com/acme/hello.git",
    handler="main.handler",
)


async def packed(directory: Path, into: Path) -> Mapping[str, float]:
    """Seconds, and sizes in bytes."""
    await _warmed(into)
    idle, began = memory("VmRSS"), time.perf_counter()
    files, size = await _pack(directory, into)
    return {
        "seconds": time.perf_counter() - began,
        "size": size,
        "files": files,
        "above_idle": memory("VmHWM") - idle,
    }


async def _warmed(into: Path) -> None:
    """A service has packed before."""
    with tempfile.TemporaryDirectory() as tiny:
        (Path(tiny) / "main.py").write_text("async def handler(event, context): ...\n", "utf-8")
        await _pack(Path(tiny), into)


async def _pack(directory: Path, into: Path) -> tuple[int, int]:
    context = await _BUILDER.pack(directory, _REQUEST)
    digest = hashlib.md5(usedforsecurity=False)  # as S3 has it of each part
    with into.open("wb") as file:
        for piece in context.pieces():
            digest.update(piece)
            file.write(piece)
        return context.files, file.tell()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(packed(*map(Path, sys.argv[1:])))))
