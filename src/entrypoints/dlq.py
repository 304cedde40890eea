"""`knative-lambda dlq`: the events that were given up, looked at, sent again or removed."""

from knative_lambda.entrypoints.arguments import Commands, add_output
from knative_lambda.entrypoints.dlq_options import add_choice, add_filters
from knative_lambda.entrypoints.dlq_purge import purge
from knative_lambda.entrypoints.dlq_replay import replay
from knative_lambda.entrypoints.dlq_views import listing, show


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "list, show, send again or remove events that were given up"
    parser = commands.add_parser("dlq", help=words, description=words)
    parser.set_defaults(text=lambda *_: parser.format_help())
    actions = parser.add_subparsers(metavar="ACTION", title="actions")

    words = "list dead letters, the oldest first"
    one = actions.add_parser("list", help=words, description=words)
    add_filters(one)
    add_output(one, "table")
    one.set_defaults(run=listing)

    words = "show everything about a dead letter, and what to do next"
    one = actions.add_parser("show", help=words, description=words)
    one.add_argument("id", metavar="ID", help="its id, or how that begins")
    add_output(one)
    one.set_defaults(run=show)

    words = "send dead letters again, each with its own id"
    one = actions.add_parser("replay", help=words, description=words)
    add_choice(one)
    one.add_argument("--force", action="store_true", help="even those that would be refused again")
    one.set_defaults(run=replay)

    words = "remove dead letters for good"
    one = actions.add_parser("purge", help=words, description=words)
    add_choice(one)
    one.add_argument("--yes", action="store_true", help="do not ask")
    one.set_defaults(run=purge)

    for one in actions.choices.values():
        words = "those of the events that functions did not take"
        one.add_argument("--functions", action="store_true", help=words)
