"""What is told of builds that go on, or were ended: the view, and the whole story."""

from collections.abc import Mapping
from typing import Final

from support.domain import build
from support.explained import (
    POD,
    Told,
    at,
    line,
    view_of,
    waiting,
)

from knative_lambda.domain.pod import KANIKO, ContainerStatus, PodStatus
from knative_lambda.domain.record import Phase
from knative_lambda.ports.job_sight import SeenJob, SeenPod

OPEN: Final = build(3, Phase.OPEN)
RUNS: Final = PodStatus(
    phase="Running", containers={KANIKO: ContainerStatus(running=True, started=at(10))}
)


def job(status: PodStatus) -> SeenJob:
    return SeenJob(started=at(4), pods=(SeenPod(name=POD, node="node-1", status=status),))


OPEN_STORIES: Final[Mapping[str, Told]] = {
    "it was cancelled": Told(
        view_of(build(3, Phase.CANCELLED)),
        """\
Build 00000003000000030000000300000003 of acme/orders: cancelled
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.cancelled: by the request 0000004d

Why
  it was cancelled, by the request 0000004d

Next, for whoever wrote the function
  if it is still wanted, submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    "it was superseded": Told(
        view_of(build(3, Phase.SUPERSEDED)),
        """\
Build 00000003000000030000000300000003 of acme/orders: superseded
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.superseded: by the request 0000004e

Why
  a newer request has taken its place: nothing is to be done

Next, for whoever wrote the function
  see what became of that one
    knative-lambda explain 0000004e
""",
    ),
    "it is being built": Told(
        view_of(OPEN, job=job(RUNS), log=("INFO[0001] RUN",)),
        """\
Build 00000003000000030000000300000003 of acme/orders: open
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:10Z  kaniko began

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Running

The end of its log; all of it: knative-lambda logs 00000003
  INFO[0001] RUN

Why
  it is being built

Next, for whoever wrote the function
  follow it
    knative-lambda logs -f 00000003
""",
    ),
    "it is about to begin": Told(
        view_of(OPEN, job=job(waiting("PodInitializing", ""))),
        """\
Build 00000003000000030000000300000003 of acme/orders: open
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:06Z  sidecar began

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Pending

Why
  it is about to begin

Next, for whoever wrote the function
  follow it
    knative-lambda logs -f 00000003
""",
    ),
    "no node takes it": Told(
        view_of(OPEN, job=job(PodStatus(unschedulable="0/1 nodes are available"))),
        """\
Build 00000003000000030000000300000003 of acme/orders: open
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Pending; 0/1 nodes are available

Why
  it cannot begin; if that stays so for 10 minutes, it is given up
  no node takes its pod: 0/1 nodes are available

Next, for whoever runs the service
  see what the cluster says of it
    kubectl describe pod build-acme-orders-2b6fdd01-00000003-x1 --namespace builds

Next, for whoever wrote the function
  follow it
    knative-lambda logs -f 00000003
""",
    ),
    "no pod can be made": Told(
        view_of(
            OPEN,
            job=SeenJob(started=at(4)),
            happenings=(line(5, "Job", "FailedCreate", 'serviceaccount "builder" not found'),),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: open
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:05Z  Job FailedCreate: serviceaccount "builder" not found

Why
  it cannot begin; if that stays so for 10 minutes, it is given up
  serviceaccount "builder" not found

Next, for whoever runs the service
  see what the cluster says of it
    kubectl describe job build-acme-orders-2b6fdd01-00000003 --namespace builds

Next, for whoever wrote the function
  follow it
    knative-lambda logs -f 00000003
""",
    ),
    "its end is about to be told": Told(
        view_of(OPEN, job=SeenJob(started=at(4), ended=at(50), failure="DeadlineExceeded")),
        """\
Build 00000003000000030000000300000003 of acme/orders: open
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:50Z  its Job failed: DeadlineExceeded

Why
  its Job has ended, and the service is about to tell how
  DeadlineExceeded

Next, for whoever wrote the function
  follow it
    knative-lambda logs -f 00000003

Next, for whoever runs the service
  or have it told at once
    knative-lambda reconcile
""",
    ),
    "its Job is gone": Told(
        view_of(OPEN, unseen=("its Job and pod: not there any more",)),
        """\
Build 00000003000000030000000300000003 of acme/orders: open
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr

Not seen
  its Job and pod: not there any more

Why
  its Job is not to be seen; if it is gone, the next sweep tells how the build ended

Next, for whoever wrote the function
  follow it
    knative-lambda logs -f 00000003

Next, for whoever runs the service
  or have it told at once
    knative-lambda reconcile
""",
    ),
}
