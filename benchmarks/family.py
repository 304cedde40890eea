"""What a process takes, by itself and with all that it has started."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SCHEDULED: Final = 2  # of the kinds of clocks that Linux has of a process, the precise one
_PSS: Final = re.compile(r"^Pss: +(\d+) kB$", re.M)


def cpu(pid: int) -> float:
    """Seconds that they have worked."""
    return sum(worked(one) for one in _family(pid))


def memory(pid: int) -> int:
    """Bytes that are resident; what several share is counted once."""
    return sum(_resident(one) for one in _family(pid))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
        yield from _family(int(child))


def worked(pid: int) -> float:
    """Seconds of CPU that it has had by itself, in all its threads and in the system."""
    # As `clock_getcpuclockid` makes it, to the nanosecond: what /proc tells is in hundredths.
    return time.clock_gettime(~pid << 3 | _SCHEDULED)


def _resident(pid: int) -> int:
    found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    if found is None:
        raise LookupError("/proc tells no Pss; a Linux system is needed")
    return int(found[1]) * 1024
