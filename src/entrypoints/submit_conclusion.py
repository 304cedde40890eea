"""What becomes of a build that was submitted, for who waits for it."""

from collections.abc import Mapping
from typing import Final

from knative_lambda.adapters.terminal.advice import advice
from knative_lambda.application.following import Following
from knative_lambda.application.readiness import Look, Readiness
from knative_lambda.application.submission import Submission
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.progress import Progress

_SERVED: Final = frozenset({"service.created", "service.updated"})
_UNSERVED: Final = frozenset({"service.superseded", "service.failed"}) | {
    f"build.{end}" for end in ("failed", "rejected", "cancelled", "superseded")
}


class UnservedError(BuilderError):
    """The function does not answer as it was submitted; the message says what to do."""


async def conclude(asked: Submission, following: Following, look: Look, progress: Progress) -> None:
    """Wait until the function answers, and tell where.

    Raises:
        UnservedError: It never will, or does not yet.
        SetupError: It cannot be followed any longer.
    """
    kind = ""
    while kind not in _SERVED:
        event = await following.next()
        kind = event.type.removeprefix(PREFIX)
        if kind in _UNSERVED:
            raise _unserved(event, kind, progress)
    facts = {"build_id": asked.build_id, "service": names.service(asked.function)}
    seen = await Readiness(look, progress).of(facts["service"])
    if seen is None:
        words = f"{facts['service']}, whose address cannot be seen from here"
        progress.status("deployed", words, **facts, url=None)
    elif seen.ready:
        progress.status("ready", str(seen.url), **facts, url=seen.url)
    else:
        why = seen.message or "it does not say why"
        progress.status("not_ready", why, **facts, url=seen.url, detail=why)
        raise UnservedError("deployed, not ready yet; what to do: see why above, and look again")


def _unserved(event: CloudEvent, kind: str, progress: Progress) -> UnservedError:
    said = event.data if isinstance(event.data, Mapping) else {}
    facts = {name: said[name] for name in ("build_id", "reason", "detail") if name in said}
    progress.status(kind.partition(".")[2], "", event=kind, **facts)
    reason = f", {facts['reason']}" if "reason" in facts else ""
    return UnservedError(f"{kind}{reason}; what to do: {advice(event)}")
