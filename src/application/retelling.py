"""What was published of a build, for somebody who listens, or has not heard it."""

from collections.abc import Mapping

from knative_lambda.domain import announcement, intake
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record, Served


def retold(record: Record, build_id: str) -> tuple[Announcement, ...]:
    """The events that *record* has of how the build ended, the very same that were published."""
    build = record.builds.get(build_id)
    if build is None or build.outcome is None:
        return ()
    outcome = announcement.outcome(record, build, build.outcome)
    if build.served is Served.NOT_YET:
        return (outcome,)
    return (outcome, announcement.served(record, build))


def is_of_another(event: CloudEvent, function: FunctionId) -> bool:
    """Whether *event* says that it is not about *function*.

    Ids of requests come from senders: an event of another function may name the same.
    """
    return intake.named_function(event) not in (None, function)


def build_named_in(event: CloudEvent) -> object:
    """The build that an event of ours, or of an outside builder, is about; `None` for none."""
    data = event.data if isinstance(event.data, Mapping) else {}
    return event.extensions.get("buildid") or data.get("build_id")
