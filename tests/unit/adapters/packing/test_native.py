"""Which processors native files are for."""

from pathlib import Path

import pytest
from support.packing_trees import plant, scanned

from knative_lambda.adapters.packing.native import architecture


def elf(machine: int, *, big: bool = False) -> bytes:
    """The start of a file in the format of Linux."""
    number = machine.to_bytes(2, "big" if big else "little")
    return b"\x7fELF\x02" + (b"\x02" if big else b"\x01") + bytes(12) + number


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (elf(62), "amd64"),
        (elf(183), "arm64"),
        (elf(40), "arm"),
        (elf(22, big=True), "s390x"),
        (elf(21), "ppc64le"),
        (elf(21, big=True), "ppc64"),
        (elf(62, big=True), "unknown"),
        (elf(9999), "unknown"),
        (b"\x7fELF", "unknown"),
        (b"\x7fEL", None),
        (b"", None),
        (b"#!/bin/sh\n", None),
        (b"\xcf\xfa\xed\xfe" + bytes(60), None),
        (b"MZ" + bytes(60), None),
        (memoryview(elf(62) + b"more"), "amd64"),
    ],
)
def test_the_first_bytes_tell(start: bytes, expected: str | None) -> None:
    assert architecture(start) == expected


def test_a_file_of_many_pieces_is_told_by_its_first(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "large": (0o755, elf(183) + bytes(3 << 20)),
            "none": (0o644, b"\0" * (1 << 20) + elf(183)),
            "text": (0o644, b"text"),
        },
    )
    assert [member.architecture for member in scanned(tmp_path)] == ["arm64", None, None]
