#!/usr/bin/env python3
"""Measures what packing a large build context adds to a process's memory.

Makes 500 MB of files in a temporary directory, half of them incompressible, packs them in a
child process into nothing but a hash, and prints the child's peak resident memory above what
it was when idle, with the time taken. Exits with 1 if that is more than 64 MB.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import attrs

from knative_lambda.adapters.packing import archive, tree

MEGABYTE = 10**6
LIMIT = 64 * MEGABYTE
LARGE = 50 * MEGABYTE
SMALL = 10_000


@attrs.frozen
class Measured:
    """One packing: sizes in bytes, time in seconds."""

    files: int
    content: int
    archive: int
    sha256: str
    above_idle: int
    seconds: float


def fill(directory: Path) -> None:
    """Writes 500 MB: eight files of 50 MB and ten thousand of 10 kB, every other one text."""
    for number in range(8):
        (directory / f"large-{number}").write_bytes(content(number, LARGE))
    for number in range(10_000):
        folder = directory / f"folder-{number % 100}"
        folder.mkdir(exist_ok=True)
        (folder / f"small-{number}").write_bytes(content(number, SMALL))


def content(number: int, size: int) -> bytes:
    """Random bytes for an even number; for an odd one lines that shrink to about a sixth."""
    if number % 2 == 0:
        return os.urandom(size)
    lines = bytearray()
    while len(lines) < min(size, MEGABYTE):
        lines += b"def handler_%s(event, context):\n    return event.get(%r)\n" % (
            os.urandom(4).hex().encode(),
            os.urandom(3).hex(),
        )
    return (bytes(lines) * (size // len(lines) + 1))[:size]


def pack(directory: Path) -> Measured:
    """Packs the directory in the process this is called in."""
    idle = memory("VmRSS")
    start = time.perf_counter()
    limits = tree.TreeLimits(max_files=20_000, max_bytes=1000 * MEGABYTE)
    members = tree.scan(directory, "src", limits)
    packed, digest = 0, hashlib.sha256()
    for piece in archive.stream(members):
        packed += len(piece)
        digest.update(piece)
    return Measured(
        files=len(members),
        content=sum(member.size for member in members),
        archive=packed,
        sha256=digest.hexdigest(),
        above_idle=memory("VmHWM") - idle,
        seconds=time.perf_counter() - start,
    )


def memory(field: str) -> int:
    """One of this process's memory figures, in bytes, by its name in /proc/self/status."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"/proc/self/status has no {field}; a Linux system is needed")


def main() -> int:
    """Runs the measurement; 1 if it is over the limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--directory", type=Path, help="pack this directory instead of 500 MB of made-up files"
    )
    chosen: Path | None = parser.parse_args().directory
    # Spawned, so that the child's memory is its own and not what it was forked with.
    with (
        tempfile.TemporaryDirectory() as made,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child,
    ):
        if chosen is None:
            fill(Path(made))
        measured = child.submit(pack, chosen or Path(made)).result()
    sys.stdout.write(
        f"{measured.files} files, {measured.content / MEGABYTE:.1f} MB\n"
        f"archive: {measured.archive / MEGABYTE:.1f} MB, sha256 {measured.sha256}\n"
        f"time: {measured.seconds:.1f} s\n"
        f"peak above idle: {measured.above_idle / MEGABYTE:.1f} MB"
        f" (limit {LIMIT / MEGABYTE:.0f} MB)\n"
    )
    return 0 if measured.above_idle <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
