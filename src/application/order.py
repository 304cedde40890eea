"""A cancel, a delete or a rollback on its way, checked first as the service will check it."""

from collections.abc import Mapping
from typing import Final

import attrs

from knative_lambda.application.retelling import build_named_in, is_of_another, retold
from knative_lambda.domain import intake, names
from knative_lambda.domain.announcement import DEAD_LETTER, Announcement
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.incoming import CancelBuild, DeleteService, RollBackService
from knative_lambda.domain.record import Phase, Record
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

_OUTCOMES: Final = ("complete", "failed", "cancelled", "superseded")
_ENDS: Final[Mapping[type, frozenset[str]]] = {
    CancelBuild: frozenset(f"{PREFIX}build.{end}" for end in _OUTCOMES),
    DeleteService: frozenset({f"{PREFIX}service.deleted", f"{PREFIX}service.failed"}),
    RollBackService: frozenset({f"{PREFIX}service.rolled_back", f"{PREFIX}service.failed"}),
}
DONE: Final = frozenset(
    PREFIX + kind for kind in ("build.cancelled", "service.deleted", "service.rolled_back")
)


@attrs.frozen
class Order:
    """What is sent, and what the service will read in it."""

    message: Message
    asked: CancelBuild | DeleteService | RollBackService

    @property
    def function(self) -> FunctionId:
        """Which function it is about."""
        return self.asked.function

    @property
    def event(self) -> CloudEvent:
        """What is sent, as it will be read."""
        return self.asked.event

    @property
    def kind(self) -> str:
        """Its type, without what all of ours begin with."""
        return self.event.type.removeprefix(PREFIX)

    @property
    def about(self) -> dict[str, str]:
        """Which build, and why, as it stands in the event."""
        said = self.event.data if isinstance(self.event.data, Mapping) else {}
        told = ("build_id", "job_name", "to", "reason")
        return {name: str(said[name]) for name in told if name in said}

    @property
    def id(self) -> str:
        """Of the request; sent again, it is the same."""
        return request_id(self.event.source, self.event.id)

    def concerns(self, event: CloudEvent) -> bool:
        """Whether *event* tells what becomes of it."""
        if is_of_another(event, self.function):
            return False
        if event.id.startswith(f"{self.id}."):
            return True
        return isinstance(self.asked, CancelBuild) and self._names(self.asked, event)

    def ends_with(self, event: CloudEvent) -> bool:
        """Whether nothing more becomes of it after *event*, which concerns it."""
        return event.type == DEAD_LETTER or event.type in _ENDS[type(self.asked)]

    def told_by(self, record: Record) -> tuple[Announcement, ...]:
        """How the build to be cancelled has ended, as far as *record* knows.

        Of a delete or a rollback a record knows that it is decided, and not that it is done.
        """
        if not isinstance(self.asked, CancelBuild):
            return ()
        known = {names.job(record.function, build): build for build in record.builds}
        build_id = self.asked.build_id or known.get(self.asked.job_name or "", "")
        return retold(record, build_id)[:1]

    def is_in_vain(self, record: Record) -> bool:
        """Whether *record* says that it was handled and changed nothing, as nobody was told."""
        handled = record.operations.get(self.id)
        return handled is not None and not handled.effective

    def is_decided(self, record: Record) -> bool:
        """Whether *record* says that it was handled."""
        return record.phase(self.id) is Phase.APPLIED

    @staticmethod
    def _names(cancel: CancelBuild, event: CloudEvent) -> bool:
        if cancel.build_id is not None:
            return build_named_in(event) == cancel.build_id
        return isinstance(event.data, Mapping) and event.data.get("job_name") == cancel.job_name


def ordered(message: Message) -> Order:
    """*message* as an order.

    Raises:
        PermanentError: The service would turn it away; an InvalidRequestError says all that is
            wrong.
        ValueError: It asks for something else.
    """
    match intake.read(wire.decode(message), default_source=""):
        case CancelBuild() | DeleteService() | RollBackService() as asked:
            return Order(message, asked)
        case other:
            raise ValueError(f"{type(other).__name__} is no order")
