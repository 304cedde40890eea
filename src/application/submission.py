"""A request for a build on its way to the service, checked first as the service will check it."""

import attrs

from knative_lambda.application.retelling import build_named_in, is_of_another, retold
from knative_lambda.domain import intake
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.incoming import StartBuild
from knative_lambda.domain.record import Record
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message


@attrs.frozen
class Submission:
    """What is sent, and what the service will read in it."""

    message: Message
    start: StartBuild

    @property
    def function(self) -> FunctionId:
        """Which function is to be built."""
        return self.start.function

    @property
    def event(self) -> CloudEvent:
        """What is sent, as it will be read."""
        return self.start.event

    @property
    def build_id(self) -> str:
        """Of the build; sent again, it is the same."""
        return request_id(self.event.source, self.event.id)

    def concerns(self, event: CloudEvent) -> bool:
        """Whether *event* is about the build."""
        named = build_named_in(event) == self.build_id
        return named and not is_of_another(event, self.function)

    def told_by(self, record: Record) -> tuple[Announcement, ...]:
        """What *record* knows of how the build ended."""
        return retold(record, self.build_id)


def checked(message: Message) -> Submission:
    """*message* as a submission.

    Raises:
        PermanentError: The service would turn it away; an InvalidRequestError says all that is
            wrong.
        ValueError: It asks for something else than a build.
    """
    match intake.read(wire.decode(message), default_source=""):
        case StartBuild() as start:
            return Submission(message, start)
        case other:
            raise ValueError(f"{type(other).__name__} is no request for a build")
