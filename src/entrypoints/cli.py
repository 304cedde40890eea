"""The command `knative-lambda`."""

import os
import sys

from knative_lambda.entrypoints import garbage

INTERRUPTED, _UNREAD = 130, 141


def main() -> None:
    """Run, and exit with what `docs/commands.md` says of codes."""
    garbage.leave()
    try:
        from knative_lambda.entrypoints.command_line import run  # noqa: PLC0415 - takes a while

        code = run(sys.argv[1:])
        sys.stdout.flush()
        sys.exit(code)
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_UNREAD)
    except KeyboardInterrupt:  # once more, or before there was anything to end in order
        sys.exit(INTERRUPTED)
