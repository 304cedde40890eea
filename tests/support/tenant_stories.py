"""What is told of builds that failed by what their functions are: the view, and the whole story."""

from collections.abc import Mapping
from typing import Final

from support.explained import CREATED, GONE, Told, ended, failed, line, refused

from knative_lambda.domain.failures import Reason

TENANT_STORIES: Final[Mapping[Reason, Told]] = {
    Reason.SOURCE_NOT_FOUND: Told(
        refused(
            Reason.SOURCE_NOT_FOUND, "https://code.test/acme/orders.git: there is no ref 'mian'"
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, source_not_found
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted
  2027-01-15T08:00:05Z  build.failed: source_not_found

Why
  its source is not there, or not the ref or the path that was asked for
  https://code.test/acme/orders.git: there is no ref 'mian'

Next, for whoever wrote the function
  check the source, its --ref and its --path, and submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",  # noqa: E501 - as it is told
    ),
    Reason.SOURCE_UNAUTHORIZED: Told(
        refused(Reason.SOURCE_UNAUTHORIZED, "https://code.test/acme/orders.git: may not be read"),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, source_unauthorized
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted
  2027-01-15T08:00:05Z  build.failed: source_unauthorized

Why
  its source may not be read by the service
  https://code.test/acme/orders.git: may not be read

Next, for whoever wrote the function
  name a credential that may read it, with --credentials; a folder needs none
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.SOURCE_TOO_LARGE: Told(
        refused(Reason.SOURCE_TOO_LARGE, "the source has more than 268435456 bytes"),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, source_too_large
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted
  2027-01-15T08:00:05Z  build.failed: source_too_large

Why
  its source is larger than the service takes
  the source has more than 268435456 bytes

Next, for whoever wrote the function
  see what is large in its folder, and leave out what it does not need
    du -a . | sort -n | tail -n 20
  submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.SOURCE_REJECTED: Told(
        refused(Reason.SOURCE_REJECTED, "a link leads out of the source: secrets -> /etc"),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, source_rejected
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted
  2027-01-15T08:00:05Z  build.failed: source_rejected

Why
  its source is not what the service takes
  a link leads out of the source: secrets -> /etc

Next, for whoever wrote the function
  mend what is said there, and submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.DEPENDENCY_INSTALL: Told(
        failed(
            Reason.DEPENDENCY_INSTALL,
            "exit code 1\nERROR: No matching distribution found for humanize==999.0.0",
            job=ended(1),
            happenings=(CREATED,),
            log=("RUN pip install", "ERROR: No matching distribution found for humanize==999.0.0"),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, dependency_install
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:04Z  Job SuccessfulCreate: Created pod: build-acme-orders-2b6fdd01-00000003-x1
  2027-01-15T08:00:10Z  kaniko began
  2027-01-15T08:00:50Z  kaniko ended: exit code 1
  2027-01-15T08:00:58Z  its Job failed: BackoffLimitExceeded
  2027-01-15T08:01:00Z  build.failed: dependency_install

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Failed

The end of its log; all of it: knative-lambda logs 00000003
  RUN pip install
  ERROR: No matching distribution found for humanize==999.0.0

Why
  what the function requires could not be installed
  exit code 1

Next, for whoever wrote the function
  mend package.json, requirements.txt or go.mod, and see in its folder that it builds
    knative-lambda dev . --once
  submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.BUILD_EXIT: Told(
        failed(
            Reason.BUILD_EXIT,
            "exit code 3\nsyntax error",
            unseen=(*GONE, "its log: it cannot be reached"),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, build_exit
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:01:00Z  build.failed: build_exit

Not seen
  its Job and pod: not there any more
  Events of its Job and pod: there are none any more; most clusters keep them for an hour
  its log: it cannot be reached

The end of its log, as its outcome has it
  syntax error

Why
  a step of the build failed
  exit code 3

Next, for whoever wrote the function
  mend what its log says, and see in its folder that it builds
    knative-lambda dev . --once
  submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait
""",
    ),
    Reason.OUT_OF_MEMORY: Told(
        failed(
            Reason.OUT_OF_MEMORY,
            "exit code 137",
            job=ended(137, "OOMKilled"),
            log=("INFO[0001] Taking snapshot of full filesystem...",),
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, out_of_memory
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:04Z  its Job build-acme-orders-2b6fdd01-00000003 was made
  2027-01-15T08:00:10Z  kaniko began
  2027-01-15T08:00:50Z  kaniko ended: exit code 137, OOMKilled
  2027-01-15T08:00:58Z  its Job failed: BackoffLimitExceeded
  2027-01-15T08:01:00Z  build.failed: out_of_memory

Seen now
  pod build-acme-orders-2b6fdd01-00000003-x1 on node-1: Failed

The end of its log; all of it: knative-lambda logs 00000003
  INFO[0001] Taking snapshot of full filesystem...

Why
  the build needed more memory than builds may have
  exit code 137

Next, for whoever wrote the function
  require less, or what is smaller to build, and submit it again, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --wait

Next, for whoever runs the service
  or let builds have more memory, in KLB_BUILD_LIMITS
    kubectl edit configmap knative-lambda --namespace knative-lambda-system
""",  # noqa: E501 - as it is told
    ),
    Reason.TIMEOUT: Told(
        failed(
            Reason.TIMEOUT,
            "the build took longer than it may",
            happenings=(
                line(40, "Job", "DeadlineExceeded", "Job was active longer than specified"),
            ),
            log=("still at it",),
            unseen=GONE[:1],
        ),
        """\
Build 00000003000000030000000300000003 of acme/orders: failed, timeout
  2027-01-15T08:00:03Z  it was asked for
  2027-01-15T08:00:03Z  it was accepted, from revision rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr
  2027-01-15T08:00:40Z  Job DeadlineExceeded: Job was active longer than specified
  2027-01-15T08:01:00Z  build.failed: timeout

Not seen
  its Job and pod: not there any more

The end of its log; all of it: knative-lambda logs 00000003
  still at it

Why
  the build took longer than it may

Next, for whoever wrote the function
  give it more time, up to an hour, from its folder, or with its URL in place of the dot
    knative-lambda submit . --third-party acme --parser orders --timeout 3600 --wait
""",
    ),
}
