"""What is told of builds that succeeded: the view, and the whole story."""

from collections.abc import Mapping
from typing import Final

import attrs
from support.domain import build, deployed, record, tombstone
from support.explained import (
    OUTCOME,
    Told,
    at,
    view_of,
)

from knative_lambda.domain.record import Outcome, Phase
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.function_view import Serving
from knative_lambda.ports.job_sight import SeenJob
from knative_lambda.ports.trigger_sight import SeenTrigger

DONE: Final = build(3, Phase.SETTLED)
CACHED: Final = attrs.evolve(DONE, outcome=Outcome(ended_at=at(5), cached=True))
TOGETHER: Final = attrs.evolve(
    DONE,
    outcome=Outcome(ended_at=at(4)),
    strategy=Strategy.APPEND,
    strategy_reason="appended to its base",
)
BY_KANIKO: Final = attrs.evolve(
    DONE,
    strategy=Strategy.KANIKO,
    strategy_reason="its dependencies are not pinned: add package-lock.json",
)
SERVED: Final = record(DONE, desired=deployed(3))
READY: Final = Serving(ready=True, url="http://orders.test")
CRASHES: Final = Serving(ready=False, message="Container failed with: Error: no such module")

COMPLETE_STORIES: Final[Mapping[str, Told]] = {
    "it serves": Told(
        view_of(DONE, SERVED, READY, job=SeenJob(started=at(4), ended=at(55))),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:55Z  its Job ended
  2027-01-15T08:01:00Z  build.complete
                        service.created

Seen now
  Service ready: yes

Why
  it was built, and is served at http://orders.test: nothing is to be done

Next, for whoever wrote the function
  see how the function stands
    knative-lambda status acme/orders
""",
    ),
    "its image was put together": Told(
        view_of(TOGETHER, record(TOGETHER, desired=deployed(3)), READY),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
                        without a Job: appended to its base
  2027-01-15T08:00:04Z  build.complete
                        service.created

Seen now
  Service ready: yes

Why
  its image was put together, and is served at http://orders.test: nothing is to be done

Next, for whoever wrote the function
  see how the function stands
    knative-lambda status acme/orders
""",
    ),
    "it could not be put together": Told(
        view_of(
            BY_KANIKO,
            record(BY_KANIKO, desired=deployed(3)),
            READY,
            job=SeenJob(started=at(4), ended=at(55)),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
                        in a Job: its dependencies are not pinned: add package-lock.json
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:55Z  its Job ended
  2027-01-15T08:01:00Z  build.complete
                        service.created

Seen now
  Service ready: yes

Why
  it was built, and is served at http://orders.test: nothing is to be done

Next, for whoever wrote the function
  see how the function stands
    knative-lambda status acme/orders
""",
    ),
    "its content was there": Told(
        view_of(CACHED, record(CACHED, desired=deployed(3)), READY),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:05Z  build.complete: cached
                        service.created

Seen now
  Service ready: yes

Why
  its content had been built already, and is served at http://orders.test: nothing is to be done

Next, for whoever wrote the function
  see how the function stands
    knative-lambda status acme/orders
""",
    ),
    "the function does not become ready": Told(
        view_of(DONE, SERVED, CRASHES),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.complete
                        service.created

Seen now
  Service ready: no: Container failed with: Error: no such module

Why
  it was built, but the function does not become ready
  Container failed with: Error: no such module

Next, for whoever wrote the function
  see what it writes when it starts
    kubectl logs --namespace functions --selector serving.knative.dev/service=lambda-acme-orders-2b6fdd01 --container user-container --tail 50
  mend that, and see in its folder that it starts
    knative-lambda dev . --once
  submit it again
    knative-lambda submit . --third-party acme --parser orders --wait

Next, for whoever runs the service
  or see what the cluster says of its Service
    kubectl describe ksvc lambda-acme-orders-2b6fdd01 --namespace functions
""",  # noqa: E501 - as it is told
    ),
    "readiness cannot be seen": Told(
        view_of(DONE, SERVED, Serving(None, message="get services: not permitted")),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.complete
                        service.created

Seen now
  Service ready: ?: get services: not permitted

Why
  it was built, and is served; whether it is ready cannot be seen
  get services: not permitted

Next, for whoever wrote the function
  see how the function stands
    knative-lambda status acme/orders
""",
    ),
    "a Trigger is not ready": Told(
        view_of(
            DONE,
            SERVED,
            READY,
            (SeenTrigger(name="lambda-t", attributes=(), ready=False, message="no Broker"),),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.complete
                        service.created

Seen now
  Service ready: yes
  Trigger lambda-t not ready: no Broker

Why
  it was built, and is ready, but a Trigger lets no events through
  no Broker

Next, for whoever runs the service
  see what it waits for
    kubectl describe triggers.eventing.knative.dev lambda-t --namespace functions
""",
    ),
    "it is about to be served": Told(
        view_of(build(3, Phase.COMPLETE)),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.complete

Why
  it was built, and is about to be served

Next, for whoever wrote the function
  see how it stands
    knative-lambda status acme/orders

Next, for whoever runs the service
  if it stays so, have it served at once
    knative-lambda reconcile
""",
    ),
    "its completion was given up": Told(
        view_of(build(3, Phase.COMPLETE), letter=OUTCOME),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:03Z  build.complete: it came
  2027-01-15T08:00:04Z  build.complete: attempt 1 failed: S3 cannot be reached
  2027-01-15T08:00:55Z  build.complete: it was given up
  2027-01-15T08:01:00Z  build.complete

Why
  its build.complete was given up
  foreign_service: a Service of its name is not ours

Next, for whoever runs the service
  see all of it, and mend the cause
    knative-lambda dlq show 4f2a9c01b7de
  then send it again
    knative-lambda dlq replay 4f2a9c01b7de
""",
    ),
    "a newer one is served": Told(
        view_of(DONE, record(DONE, build(4, Phase.SETTLED), desired=deployed(4))),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  a newer request, 00000004, changed what is served
  2027-01-15T08:01:00Z  build.complete
                        service.created

Why
  it was built, but build 00000004 is served in its place: nothing is to be done

Next, for whoever wrote the function
  if this one is wanted
    knative-lambda rollback acme/orders --to 00000003000000030000000300000003
""",
    ),
    "the function was deleted": Told(
        view_of(DONE, record(DONE, desired=tombstone(9))),
        """\
Build 00000003000000030000000300000003 of acme/orders: complete
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:09Z  a newer request, 00000009, changed what is served
  2027-01-15T08:01:00Z  build.complete
                        service.created

Why
  it was built, but the function was deleted

Next, for whoever wrote the function
  if it is wanted again
    knative-lambda rollback acme/orders --to 00000003000000030000000300000003
""",
    ),
}
