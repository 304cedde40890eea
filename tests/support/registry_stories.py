"""What is told of builds that failed by a registry: the view, and the whole story."""

from collections.abc import Mapping
from typing import Final

from support.explained import GONE, Told, ended, failed, line, pod, waiting

from knative_lambda.domain.failures import Reason

REGISTRY_STORIES: Final[Mapping[Reason, Told]] = {
    Reason.IMAGE_PULL: Told(
        failed(
            Reason.IMAGE_PULL,
            "an image that the build needs cannot be pulled",
            job=pod(waiting("ImagePullBackOff", 'Back-off pulling image "kaniko"')),
            happenings=(line(20, "Pod", "Failed", "manifest unknown", 4),),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, image_pull
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:06Z  sidecar began
  2027-01-15T08:00:20Z  Pod Failed (4 times): manifest unknown
  2027-01-15T08:00:58Z  its Job failed: BackoffLimitExceeded
  2027-01-15T08:01:00Z  build.failed: image_pull

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Pending; kaniko waits: ImagePullBackOff: Back-off pulling image "kaniko"

Why
  an image that the build needs cannot be pulled
  kaniko waits: ImagePullBackOff: Back-off pulling image "kaniko"

Next, for whoever runs the service
  see which image, and what its registry says
    kubectl describe pod build-acme-orders-2b6fdd01-00000003-x1 --namespace builds
  see that what the settings name is there
    knative-lambda doctor

Next, for whoever wrote the function
  then submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",  # noqa: E501 - as it is told
    ),
    Reason.PUSH_DENIED: Told(
        failed(
            Reason.PUSH_DENIED,
            "exit code 1\nerror checking push permissions: UNAUTHORIZED",
            job=ended(1),
            log=("error checking push permissions: UNAUTHORIZED: authentication required",),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, push_denied
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:10Z  kaniko began
  2027-01-15T08:00:50Z  kaniko ended: exit code 1
  2027-01-15T08:00:58Z  its Job failed: BackoffLimitExceeded
  2027-01-15T08:01:00Z  build.failed: push_denied

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Failed

The end of its log; all of it: knative-lambda logs 00000003
  error checking push permissions: UNAUTHORIZED: authentication required

Why
  the registry does not let builds push its image
  exit code 1

Next, for whoever runs the service
  see what the registry says, and what mends it
    knative-lambda doctor

Next, for whoever wrote the function
  then submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.IMAGE_REFUSED: Told(
        failed(
            Reason.IMAGE_REFUSED,
            "image_uri: elsewhere.test/x:1: must lie in this function's repository",
            unseen=GONE,
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, image_refused
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.failed: image_refused

Not seen
  its Job and pod: not there any more
  Events of its Job and pod: there are none any more; most clusters keep them for an hour

Why
  the image that was built is not one of this function's
  image_uri: elsewhere.test/x:1: must lie in this function's repository

Next, for whoever runs the service
  have whoever built it push to the repository of this function, which is told here
    knative-lambda status 00000003

Next, for whoever wrote the function
  or have the service build it: submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",  # noqa: E501 - as it is told
    ),
    Reason.REGISTRY_UNAVAILABLE: Told(
        failed(Reason.REGISTRY_UNAVAILABLE, "exit code 1\nconnection refused", unseen=GONE),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, registry_unavailable
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.failed: registry_unavailable

Not seen
  its Job and pod: not there any more
  Events of its Job and pod: there are none any more; most clusters keep them for an hour

The end of its log, as its outcome has it
  connection refused

Why
  the registry could not be reached, or failed
  exit code 1

Next, for whoever runs the service
  see what the registry says, and what mends it
    knative-lambda doctor

Next, for whoever wrote the function
  then submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
}
