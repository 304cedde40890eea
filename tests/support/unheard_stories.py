"""What is told of builds that no record has: the view, and the whole story."""

from collections.abc import Mapping
from typing import Final

from support.domain import FUNCTION, request_id
from support.explained import (
    GIVEN_UP,
    PLACES,
    REFUSED,
    REUSED,
    Told,
)

from knative_lambda.ports.build_view import BuildView

SOME_ID: Final = "f" * 32

UNHEARD_STORIES: Final[Mapping[str, Told]] = {
    "its start was refused": Told(
        BuildView(build_id=request_id(3), function=FUNCTION, letter=REFUSED, places=PLACES),
        """\
Build 00000003000000030000000300000003 of acme/orders: rejected
  2027-01-15T08:00:03Z  build.start: it came
  2027-01-15T08:00:55Z  build.start: it was given up

Why
  its build.start was given up
  invalid: runtime: 'cobol': must be another

Next, for whoever wrote the function
  mend what is said there, and submit it again
    knative-lambda submit . --third-party acme --parser orders --wait

Next, for whoever runs the service
  then have the letter removed
    knative-lambda dlq purge 4f2a9c01b7de
""",
    ),
    "its start was given up": Told(
        BuildView(build_id=request_id(3), function=FUNCTION, letter=GIVEN_UP, places=PLACES),
        """\
Build 00000003000000030000000300000003 of acme/orders: rejected
  2027-01-15T08:00:03Z  build.start: it came
  2027-01-15T08:00:04Z  build.start: attempt 1 failed: S3 cannot be reached
  2027-01-15T08:00:55Z  build.start: it was given up

Why
  its build.start was given up
  retries_exhausted: S3 cannot be reached

Next, for whoever runs the service
  see all of it, and mend the cause
    knative-lambda dlq show 4f2a9c01b7de
  then send it again
    knative-lambda dlq replay 4f2a9c01b7de
""",
    ),
    "its id was used already": Told(
        BuildView(build_id=request_id(3), function=FUNCTION, letter=REUSED, places=PLACES),
        """\
Build 00000003000000030000000300000003 of acme/orders: rejected
  2027-01-15T08:00:03Z  build.start: it came
  2027-01-15T08:00:04Z  build.start: attempt 1 failed: S3 cannot be reached
  2027-01-15T08:00:55Z  build.start: it was given up

Why
  its build.start was given up
  id_reused: another request has this id

Next, for whoever wrote the function
  submit it again, with another id
    knative-lambda submit . --third-party acme --parser orders --wait

Next, for whoever runs the service
  then have the letter removed
    knative-lambda dlq purge 4f2a9c01b7de
""",
    ),
    "it waits for its turn": Told(
        BuildView(
            build_id=SOME_ID,
            function=FUNCTION,
            limit="as many builds as acme may have are under way: 10",
            places=PLACES,
        ),
        """\
Build ffffffffffffffffffffffffffffffff of acme/orders: unknown
  nothing is known to have happened to it

Why
  no record has it; if it was asked for, it waits for its turn
  as many builds as acme may have are under way: 10

Next, for whoever wrote the function
  look again
    knative-lambda explain ffffffffffffffffffffffffffffffff

Next, for whoever runs the service
  see that nothing of it was given up
    knative-lambda dlq list
""",
    ),
    "nothing is known of it": Told(
        BuildView(build_id=SOME_ID, unseen=("dead letters: RabbitMQ cannot be reached",)),
        """\
Build ffffffffffffffffffffffffffffffff: unknown
  nothing is known to have happened to it

Not seen
  dead letters: RabbitMQ cannot be reached

Why
  no record has it: it waits, or its source is being packed, or it never came
  builds are remembered for 7 days

Next, for whoever wrote the function
  look again
    knative-lambda explain ffffffffffffffffffffffffffffffff

Next, for whoever runs the service
  see what is known at all
    knative-lambda list
""",
    ),
}
