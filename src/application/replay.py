"""What a message that was given up says, and whether it would be refused again."""

from knative_lambda.domain import intake, names
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.ids import FunctionId, is_id
from knative_lambda.domain.incoming import Ignore
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.letters import Reading


def reading(message: Message, default_source: str) -> Reading:
    """Read *message* as it would be if it were delivered now.

    Args:
        message: What was given up.
        default_source: See `knative_lambda.domain.intake.read`.
    """
    try:
        event = wire.decode(message)
    except PermanentError as error:
        return Reading(None, None, error)
    try:
        incoming = intake.read(event, default_source)
    except PermanentError as error:
        return Reading(event, intake.named_function(event) or _addressee(event), error)
    return Reading(event, None if isinstance(incoming, Ignore) else incoming.function, None)


def _addressee(event: CloudEvent) -> FunctionId | None:
    """The function that an event is for, which says so by where it comes from and its subject."""
    prefix = names.tenant_source("")
    tenant, parser = event.source.removeprefix(prefix), event.subject or ""
    meant = event.source.startswith(prefix) and is_id(tenant) and is_id(parser)
    return FunctionId(tenant, parser) if meant else None
