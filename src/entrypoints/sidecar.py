"""`python -m knative_lambda.entrypoints.sidecar`: beside Kaniko, to tell how the build ended.

A first process of a container that has no handler for SIGTERM never hears of it, and a build may
be over before our imports are. So the handler comes first, then the sign that Kaniko may start,
and only then all else.
"""

import os
import signal
import sys
from types import FrameType

from knative_lambda.entrypoints import garbage

_told: list[int] = []  # signals that came before anybody could wait for them


def _note(number: int, _frame: FrameType | None) -> None:
    _told.append(number)


def main() -> None:
    """Run, and exit: 0 the end was told, 1 a bug, 2 the variables are wrong."""
    signal.signal(signal.SIGTERM, _note)
    _show_ready()
    garbage.leave()
    from knative_lambda.entrypoints.sidecar_process import run  # noqa: PLC0415 - takes a while

    sys.exit(run(sys.argv[1:], os.environ, _told))


def _show_ready() -> None:
    """Let the startup probe succeed, where there is one."""
    ready = f"{os.environ.get('TMPDIR', '/tmp')}/ready"  # noqa: S108 - the pod's own
    try:
        os.close(os.open(ready, os.O_WRONLY | os.O_CREAT, 0o644))
    except OSError as error:
        sys.stderr.write(f"{ready}: cannot be written: {error.strerror}\n")


if __name__ == "__main__":
    main()
