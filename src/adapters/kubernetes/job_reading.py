"""From what an API says of a Job to what we make of it. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from knative_lambda.adapters.kubernetes.job_manifest import COMPONENT
from knative_lambda.domain import labels
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.instants import parse_instant

OURS: Final = {labels.MANAGED_BY: labels.MANAGER, labels.COMPONENT: COMPONENT}
DEADLINE: Final = "DeadlineExceeded"


@attrs.frozen
class Condition:
    """Why something is so, in the cluster's word and as a sentence, and since when."""

    reason: str
    message: str
    since: int


@attrs.frozen(kw_only=True)
class JobStatus:
    """A Job of ours.

    Attributes:
        created: UTC nanoseconds since 1970.
        complete: When it succeeded; `None` if it has not.
        failed: Why it failed; `None` if it has not.
        failing: Why it will; its pod may still be on its way out.
        is_ready: Whether all containers of its pod run.
        had_pod: Whether it ever got as far as to have one.
    """

    uid: str
    name: str
    function: FunctionId
    build_id: str
    created: int
    complete: Condition | None
    failed: Condition | None
    failing: Condition | None
    is_ready: bool
    had_pod: bool

    @property
    def ended(self) -> int | None:
        """When it ended; `None` while it has not."""
        end = self.complete or self.failed
        return end.since if end is not None else None

    @property
    def timed_out(self) -> bool:
        """Whether it lasted longer than its deadline."""
        why = self.failed or self.failing
        return why is not None and why.reason == DEADLINE


def read_job(job: Mapping[str, Any]) -> JobStatus | None:
    """*job*, an object of kind Job; `None` if it is none of ours."""
    metadata, status = job["metadata"], job.get("status") or {}
    marks = metadata.get("labels") or {}
    of = (marks.get(labels.THIRD_PARTY, ""), marks.get(labels.PARSER, ""))
    ours = (marks.get(labels.MANAGED_BY), marks.get(labels.COMPONENT))
    try:
        function = FunctionId(*of)
    except ValueError:
        return None
    if ours != (labels.MANAGER, COMPONENT) or labels.BUILD not in marks:
        return None
    conditions = _conditions(status)
    counted = ("active", "failed", "succeeded", "terminating")
    return JobStatus(
        uid=metadata["uid"],
        name=metadata["name"],
        function=function,
        build_id=marks[labels.BUILD],
        created=parse_instant(metadata["creationTimestamp"]) or 0,
        complete=conditions.get("Complete"),
        failed=conditions.get("Failed"),
        failing=conditions.get("FailureTarget"),
        is_ready=bool(status.get("ready")),
        had_pod=any(status.get(field) for field in counted),
    )


def _conditions(status: Mapping[str, Any]) -> dict[str, Condition]:
    """Those that are true, by their type."""
    return {
        each["type"]: Condition(
            each.get("reason", ""),
            each.get("message", ""),
            parse_instant(each.get("lastTransitionTime") or "") or 0,
        )
        for each in status.get("conditions") or ()
        if each.get("status") == "True"
    }
