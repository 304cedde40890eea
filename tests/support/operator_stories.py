"""What is told of builds that failed by where they ran: the view, and the whole story."""

from collections.abc import Mapping
from typing import Final

from support.explained import CREATED, GONE, POD, Told, ended, failed, line, pod, waiting

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.pod import PodStatus
from knative_lambda.ports.job_sight import SeenJob, SeenPod

OPERATOR_STORIES: Final[Mapping[Reason, Told]] = {
    Reason.DOCKERFILE_ERROR: Told(
        failed(
            Reason.DOCKERFILE_ERROR,
            "exit code 1\nparsing dockerfile: unknown instruction: FROBNICATE",
            job=ended(1),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, dockerfile_error
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:10Z  kaniko began
  2027-01-15T08:00:50Z  kaniko ended: exit code 1
  2027-01-15T08:00:58Z  its Job failed: BackoffLimitExceeded
  2027-01-15T08:01:00Z  build.failed: dockerfile_error

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Failed

The end of its log, as its outcome has it
  parsing dockerfile: unknown instruction: FROBNICATE

Why
  the Dockerfile that the service made cannot be read
  exit code 1

Next, for whoever runs the service
  mend the template in KLB_TEMPLATES_DIR, and see what it makes of a build.start
    knative-lambda render event.json

Next, for whoever wrote the function
  then submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.EVICTED: Told(
        failed(
            Reason.EVICTED,
            "the build had to leave the machine that it ran on: it used too much storage",
            job=pod(
                PodStatus(phase="Failed", reason="Evicted", message="it used too much storage")
            ),
            happenings=(CREATED, line(30, "Pod", "Evicted", "it used too much storage")),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, evicted
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:04Z  Job SuccessfulCreate: Created pod: build-acme-orders-2b6fdd01-00000003-x1
  2027-01-15T08:00:30Z  Pod Evicted: it used too much storage
  2027-01-15T08:00:58Z  its Job failed: BackoffLimitExceeded
  2027-01-15T08:01:00Z  build.failed: evicted

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Failed; Evicted; it used too much storage

Why
  the build had to leave the machine that it ran on
  it used too much storage

Next, for whoever wrote the function
  submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait

Next, for whoever runs the service
  if it ends alike, see what its node is short of
    kubectl describe node node-1
""",
    ),
    Reason.UNSCHEDULABLE: Told(
        failed(
            Reason.UNSCHEDULABLE,
            "the build waited too long for a machine to run on",
            job=SeenJob(
                started=CREATED.at or 0,
                pods=(
                    SeenPod(
                        name=POD,
                        status=PodStatus(
                            unschedulable="0/1 nodes are available: 1 Insufficient cpu."
                        ),
                    ),
                ),
            ),
            happenings=(
                line(
                    8, "Pod", "FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.", 3
                ),
            ),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, unschedulable
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:08Z  Pod FailedScheduling (3 times): 0/1 nodes are available: 1 Insufficient cpu.
  2027-01-15T08:01:00Z  build.failed: unschedulable

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1: Pending; 0/1 nodes are available: 1 Insufficient cpu.

Why
  the build waited too long for a machine to run on
  no node takes its pod: 0/1 nodes are available: 1 Insufficient cpu.

Next, for whoever runs the service
  see what the cluster says of its pod
    kubectl describe pod build-acme-orders-2b6fdd01-00000003-x1 --namespace builds
  see what room the nodes have
    kubectl describe nodes

Next, for whoever wrote the function
  then submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.LOST: Told(
        failed(Reason.LOST, "the build is gone, and nothing says how it ended", unseen=GONE),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, lost
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.failed: lost

Not seen
  its Job and pod: not there any more
  Events of its Job and pod: there are none any more; most clusters keep them for an hour

Why
  the build is gone, and nothing says how it ended

Next, for whoever wrote the function
  submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait

Next, for whoever runs the service
  if it ends alike, see what became of its pod
    kubectl get events --namespace builds --field-selector involvedObject.name=build-acme-orders-2b6fdd01-00000003
""",  # noqa: E501 - as it is told
    ),
    Reason.INTERNAL: Told(
        failed(
            Reason.INTERNAL,
            "the build could not be run; its source is not at fault",
            job=pod(waiting("CreateContainerConfigError", 'secret "push" not found')),
            happenings=(line(9, "Pod", "Failed", 'Error: secret "push" not found', 7),),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, internal
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:06Z  sidecar began
  2027-01-15T08:00:09Z  Pod Failed (7 times): Error: secret "push" not found
  2027-01-15T08:00:58Z  its Job failed: BackoffLimitExceeded
  2027-01-15T08:01:00Z  build.failed: internal

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Pending; kaniko waits: CreateContainerConfigError: secret "push" not found

Why
  the build could not be run; its source is not at fault
  kaniko waits: CreateContainerConfigError: secret "push" not found

Next, for whoever runs the service
  see what the cluster says of its pod
    kubectl describe pod build-acme-orders-2b6fdd01-00000003-x1 --namespace builds
  see what the service wrote of it
    kubectl logs --namespace knative-lambda-system --selector app.kubernetes.io/part-of=knative-lambda --all-containers --tail -1 | grep 00000003
  see that all is there that the settings name
    knative-lambda doctor

Next, for whoever wrote the function
  then submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",  # noqa: E501 - as it is told
    ),
}
