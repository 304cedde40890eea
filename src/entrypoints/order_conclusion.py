"""How a cancel, a delete or a rollback ended, for who waits for it."""

from collections.abc import Mapping

from knative_lambda.adapters.terminal.order_advice import advice
from knative_lambda.application.order import DONE
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.progress import Progress


class NotDoneError(BuilderError):
    """What was asked for was not done; the message says what to do."""


def conclude(event: CloudEvent, progress: Progress) -> None:
    """Tell by *event*, the last one of it, whether it was done.

    Raises:
        NotDoneError: It was not.
    """
    kind = event.type.removeprefix(PREFIX)
    said = event.data if isinstance(event.data, Mapping) else {}
    facts = {name: said[name] for name in ("build_id", "reason", "detail") if name in said}
    if event.type in DONE:
        progress.status(kind.partition(".")[2], "", event=kind, **facts)
        return
    progress.status("not_done", "", event=kind, **facts)
    reason = f", {facts['reason']}" if "reason" in facts else ""
    raise NotDoneError(f"{kind}{reason}; what to do: {advice(kind, facts.get('reason'))}")
