"""Events as a replica saw them before it stalled: true once, and told at any later time."""

from typing import Any

from support.world import IMAGES, SECOND, World

from knative_lambda.domain import events, names
from knative_lambda.domain.errors import OverLimitError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Content
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.strategy import Choice, Strategy
from knative_lambda.domain.verdict import Verdict

_BY_KANIKO = Choice(Strategy.KANIKO, "asked for")


def late_events(
    world: World, function: FunctionId, request_id: str, variant: int
) -> tuple[events.Event, ...]:
    """One event of each kind about *request_id*; *variant* (0 to 9) makes their contents differ.

    What an event says was done, such as storing a context, has been done in *world*.
    """
    now = world.clock()
    key = Key(now - 5 * SECOND, request_id)
    content_hash = f"{variant}" * 64
    image = IMAGES.image(function, content_hash)
    cached = IMAGES.image(function, f"cached-{content_hash}")
    digest = f"sha256:{content_hash}"
    world.registry.push(cached, digest)
    context = names.context_key(function, content_hash, request_id)
    world.contexts._stored.setdefault(context, (b"context", now))
    content = Content(content_hash, content_hash, kept=f"dependencies-{variant}")
    asked = BuildRequest(function=function, runtime="nodejs22", source_url="https://late.test")
    refused, lost = Verdict(Reason.SOURCE_NOT_FOUND, "late"), Verdict(Reason.LOST, "late")
    facts: dict[str, Any] = {"request_id": request_id, "key": key, "now": now}
    return (
        events.BuildRequested(**facts, request=asked),
        events.ContextStored(
            **facts, request=asked, content=content, image=image, choice=_BY_KANIKO
        ),
        events.ImageFound(**facts, request=asked, content=content, image=cached, digest=digest),
        events.ImageAppended(
            **{**facts, "request": asked, "content": content, "image": cached, "digest": digest},
            choice=Choice(Strategy.APPEND, "appended to its base"),
            ended=now,
        ),
        events.SourceRefused(**facts, request=asked, verdict=refused),
        events.BuildEnded(request_id=request_id, now=now, verdict=lost),
        events.OutcomeUnheard(request_id=request_id),
        events.OutcomeRetold(request_id=request_id, now=now),
        events.JobSeen(request_id=request_id),
        events.JobDelayed(request_id=request_id, now=now, error=OverLimitError("late")),
        events.CompletionHeard(**facts, image=cached, digest=digest),
        events.FailureHeard(**facts, verdict=lost),
        events.CancellationHeard(request_id=request_id),
        events.SupersessionHeard(request_id=request_id),
        events.RemainsRemoved(request_id=request_id),
        events.CancelRequested(**facts, by="late"),
        events.DeleteRequested(**facts),
        events.RollbackRequested(**facts, target=request_id, digest=None),
    )
