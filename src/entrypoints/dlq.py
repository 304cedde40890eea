"""`knative-lambda dlq`: the events that were given up, looked at, sent again or removed."""

from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.dlq_options import add_choice, add_filters
from knative_lambda.entrypoints.dlq_purge import purge
from knative_lambda.entrypoints.dlq_replay import replay
from knative_lambda.entrypoints.dlq_views import listing, show

_DESCRIPTION = """\
Events that are wrong for good, or have failed for too long, are given up: they become dead
letters, each with its reason, and stay until they are sent again or removed."""


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "list, show, replay or purge the events that were given up"
    parser = commands.add_parser("dlq", help=words, description=_DESCRIPTION)
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    one = actions.add_parser("list", help="all of them, oldest first")
    add_filters(one)
    one.add_argument("--output", choices=("table", "json"), default="table")
    one.set_defaults(run=listing)

    one = actions.add_parser("show", help="everything about one, and what to do next")
    one.add_argument("id", metavar="ID", help="its id, or how that begins")
    one.add_argument("--output", choices=("text", "json"), default="text")
    one.set_defaults(run=show)

    one = actions.add_parser("replay", help="send them again, each with its own id")
    add_choice(one)
    one.add_argument("--force", action="store_true", help="even those that would be refused again")
    one.set_defaults(run=replay)

    one = actions.add_parser("purge", help="remove them for good")
    add_choice(one)
    one.add_argument("--yes", action="store_true", help="do not ask")
    one.set_defaults(run=purge)

    for one in actions.choices.values():
        words = "those of the events that functions did not take"
        one.add_argument("--functions", action="store_true", help=words)
