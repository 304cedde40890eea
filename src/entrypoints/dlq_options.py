"""The options of `knative-lambda dlq` that say which dead letters are meant."""

import argparse
from typing import Final

from knative_lambda.adapters.rabbitmq.letter import BROKERS
from knative_lambda.application.letter_selection import Selection
from knative_lambda.domain.rejection import Rejection
from knative_lambda.entrypoints.arguments import add_output, duration
from knative_lambda.ports.letters import UNKNOWN

_REASONS: Final = (*(one.value for one in Rejection), *BROKERS, UNKNOWN)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Declare those that choose by what letters are."""
    add = parser.add_argument_group("which dead letters").add_argument
    add("--reason", choices=_REASONS, metavar="REASON", help="why, such as invalid")
    add("--type", metavar="TYPE", help="of the event, such as build.start")
    add("--tenant", metavar="ID", help="its third_party_id")
    for name, words in (("--older-than", "longer ago"), ("--newer-than", "not so long ago")):
        add(name, type=duration, metavar="DURATION", help=f"{words}, such as 1h")


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Declare all: ids, filters, and the word for all."""
    parser.add_argument("ids", metavar="ID", nargs="*", help="its id, or how that begins")
    parser.add_argument("--all", action="store_true", help="whatever they are")
    add_filters(parser)
    add_output(parser)


def selection(options: argparse.Namespace) -> Selection:
    """What stands on the command line."""
    return Selection(
        ids=tuple(getattr(options, "ids", ())),
        everything=getattr(options, "all", False),
        reason=options.reason,
        type=options.type,
        tenant=options.tenant,
        older_than=options.older_than,
        newer_than=options.newer_than,
    )
