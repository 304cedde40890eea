"""Which processors a native file is for, as its first bytes tell.

Source: https://gabi.xinuos.com/elf/02-eheader.html
"""

from typing import Final

_ELF: Final = b"\x7fELF"
_ORDER: Final = 5  # the byte that tells which byte of a number comes first
_MACHINE: Final = slice(18, 20)
_UNKNOWN: Final = "unknown"
# By the name that the platforms of images have.
_ARCHITECTURES: Final = {
    (3, "little"): "386",
    (21, "big"): "ppc64",
    (21, "little"): "ppc64le",
    (22, "big"): "s390x",
    (40, "little"): "arm",
    (62, "little"): "amd64",
    (183, "little"): "arm64",
    (243, "little"): "riscv64",
    (258, "little"): "loong64",
}


def architecture(start: bytes | memoryview) -> str | None:
    """The processors that a file is for whose first bytes are *start*, such as `amd64`.

    `None` for what is not in the format of Linux: no image runs what was made for another system,
    and packages bring such files beside those that are meant. `unknown` for others than the names
    that images have.
    """
    if start[: len(_ELF)] != _ELF:
        return None
    order = bytes(start[_ORDER : _ORDER + 1])
    written = bytes(start[_MACHINE])
    if order == b"\x01":
        return _ARCHITECTURES.get((int.from_bytes(written, "little"), "little"), _UNKNOWN)
    return _ARCHITECTURES.get((int.from_bytes(written, "big"), "big"), _UNKNOWN)
