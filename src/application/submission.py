"""A request for a build on its way to the service, checked first as the service will check it."""

import attrs

from knative_lambda.domain import intake
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.incoming import StartBuild
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
    def build_id(self) -> str:
        """Of the build; sent again, it is the same."""
        return request_id(self.start.event.source, self.start.event.id)


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
