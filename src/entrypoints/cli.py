"""The command `knative-lambda`."""

import errno
import sys

from knative_lambda.adapters.terminal.standard_output import OutputError, StandardOutput
from knative_lambda.entrypoints import garbage

INTERRUPTED, _UNWRITTEN, _UNREAD = 130, 1, 141


def main() -> None:
    """Run, and exit with what `docs/commands.md` says of codes."""
    garbage.leave()
    output = StandardOutput.taken()
    try:
        try:
            from knative_lambda.entrypoints.command_line import run  # noqa: PLC0415 - takes a while

            sys.exit(run(sys.argv[1:]))
        finally:
            output.flush()
    except OutputError as error:
        output.give_up()
        if error.errno == errno.EPIPE:  # whoever read has seen enough
            sys.exit(_UNREAD)
        sys.stderr.write(f"knative-lambda: the output cannot be written: {error.strerror}\n")
        sys.exit(_UNWRITTEN)
    except KeyboardInterrupt:  # once more, or before there was anything to end in order
        sys.exit(INTERRUPTED)
