"""The arguments by which a build is named by the CloudEvent that asked for it."""

import argparse

from knative_lambda.application.finding import Target
from knative_lambda.domain.ids import request_id
from knative_lambda.entrypoints.named_function import TargetError
from knative_lambda.entrypoints.submit_event import SOURCE
from knative_lambda.entrypoints.target_options import target


def add_event(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    words = "of the CloudEvent that asked for the build: its id"
    parser.add_argument("--event", metavar="ID", help=words)
    words = f"of that event: its source; default: {SOURCE}"
    parser.add_argument("--event-source", metavar="SOURCE", default=SOURCE, help=words)


def target_or_event(options: argparse.Namespace) -> Target:
    """What the arguments mean, if a build may be named by its event.

    Raises:
        TargetError: Nothing, or two things.
    """
    if options.event is None:
        return target(options)
    of = (options.target, options.third_party_id, options.parser_id)
    meant = target(options) if any(one is not None for one in of) else Target()
    if meant.build is not None:
        raise TargetError(f"{meant.build}: names a build, as --event does: not both")
    return Target(meant.function, request_id(options.event_source, options.event))
