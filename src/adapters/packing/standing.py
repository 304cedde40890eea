"""The folders that an image may stand on, which nobody must make anew.

Source: https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html
"""

from typing import Final

_ROOT: Final = (
    *("bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt"),
    *("opt", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var"),
)
_PROGRAMS: Final = (
    *("bin", "etc", "games", "include", "lib", "lib32", "lib64", "libexec", "libx32", "man"),
    *("sbin", "share", "src"),
)
_STANDING: Final = frozenset(
    {
        *_ROOT,
        "usr/local",
        *(f"{above}/{name}" for above in ("usr", "usr/local") for name in _PROGRAMS),
        *(f"var/{name}" for name in ("cache", "lib", "local", "lock", "log", "mail", "opt")),
        *(f"var/{name}" for name in ("run", "spool", "tmp")),
    }
)
_HOMES: Final = "home"


def is_standing(folder: str) -> bool:
    """Whether *folder*, without a slash before it, is a base's: it has its owner and mode there."""
    return folder in _STANDING or folder.rpartition("/")[0] == _HOMES
