"""Where files cost as little as they can."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - each run has a folder of its own there


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A new folder, in memory if this machine has any for files."""
    place = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)
