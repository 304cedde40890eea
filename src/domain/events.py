"""What has happened to a request: past tense, frozen, with everything `decide` may need to know.

Each names its request; the row of the table is where that request stands in the record.
`now` is the instant of handling, UTC nanoseconds since 1970.
"""

from typing import Any

import attrs

from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Content
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.strategy import Choice
from knative_lambda.domain.verdict import Verdict


@attrs.frozen(kw_only=True)
class BuildRequested:
    """A `build.start` was delivered."""

    request_id: str
    key: Key
    now: int
    request: BuildRequest
    traceparent: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What each event about the same request says, too, by name."""
        return {one.name: getattr(self, one.name) for one in attrs.fields(BuildRequested)}


@attrs.frozen(kw_only=True)
class ContextStored(BuildRequested):
    """Its source was fetched and packed; the context is stored."""

    content: Content
    image: str
    choice: Choice


@attrs.frozen(kw_only=True)
class ImageFound(BuildRequested):
    """Its source was fetched, and the registry has the image of that content already."""

    content: Content
    image: str
    digest: str


@attrs.frozen(kw_only=True)
class ImageAppended(BuildRequested):
    """Its source was fetched and packed, and its image put together in the registry.

    Attributes:
        digest: What the registry gives for the image's tag.
        sbom: The digest of what tells the image's components, if that is attached to it.
        ended: When the image was there.
    """

    content: Content
    image: str
    digest: str
    choice: Choice
    ended: int
    sbom: str | None = None


@attrs.frozen(kw_only=True)
class SourceRefused(BuildRequested):
    """Its source could not be fetched, or must not be built.

    Attributes:
        choice: How its image was to be made, if it came to that.
    """

    verdict: Verdict
    choice: Choice | None = None


@attrs.frozen(kw_only=True)
class BuildEnded:
    """Its Job ended, or is gone; *verdict* says how."""

    request_id: str
    now: int
    verdict: Verdict


@attrs.frozen(kw_only=True)
class OutcomeUnheard:
    """Its outcome has been in the record for a while, and nobody has settled it."""

    request_id: str


@attrs.frozen(kw_only=True)
class OutcomeRetold:
    """Its outcome, which nobody had settled, was published again."""

    request_id: str
    now: int


@attrs.frozen(kw_only=True)
class JobSeen:
    """Its Job is there and has not ended."""

    request_id: str


@attrs.frozen(kw_only=True)
class JobDelayed:
    """Its Job could not be made now.

    Attributes:
        error: Why not: there is no room for another, or whoever makes it is away or not set up.
    """

    request_id: str
    now: int
    error: BuilderError


@attrs.frozen(kw_only=True)
class CompletionHeard:
    """A `build.complete` was delivered, and its image is one that may be deployed.

    Attributes:
        digest: What the registry gives for the image's tag.
    """

    request_id: str
    key: Key
    now: int
    image: str
    digest: str
    correlation_id: str | None = None
    traceparent: str | None = None


@attrs.frozen(kw_only=True)
class FailureHeard:
    """A `build.failed` was delivered."""

    request_id: str
    key: Key
    now: int
    verdict: Verdict
    correlation_id: str | None = None
    traceparent: str | None = None


@attrs.frozen(kw_only=True)
class CancellationHeard:
    """A `build.cancelled` was delivered."""

    request_id: str


@attrs.frozen(kw_only=True)
class SupersessionHeard:
    """A `build.superseded` was delivered."""

    request_id: str


@attrs.frozen(kw_only=True)
class RemainsRemoved:
    """After its outcome was heard, its Job and its context have gone."""

    request_id: str


@attrs.frozen(kw_only=True)
class CancelRequested:
    """A `build.cancel` was delivered for the build *request_id*."""

    request_id: str
    by: str
    key: Key
    now: int
    correlation_id: str | None = None
    traceparent: str | None = None


@attrs.frozen(kw_only=True)
class DeleteRequested:
    """A `service.delete` was delivered."""

    request_id: str
    key: Key
    now: int
    reason: str = ""
    correlation_id: str | None = None
    traceparent: str | None = None


@attrs.frozen(kw_only=True)
class RollbackRequested:
    """A `service.rollback` was delivered.

    Attributes:
        target: The build it goes to, if the record knows one.
        digest: What the registry gives for that build's image; `None` if it has it no more.
    """

    request_id: str
    key: Key
    now: int
    target: str | None
    digest: str | None
    correlation_id: str | None = None
    traceparent: str | None = None


Event = (
    BuildRequested
    | ContextStored
    | ImageFound
    | ImageAppended
    | SourceRefused
    | BuildEnded
    | OutcomeUnheard
    | OutcomeRetold
    | JobSeen
    | JobDelayed
    | CompletionHeard
    | FailureHeard
    | CancellationHeard
    | SupersessionHeard
    | RemainsRemoved
    | CancelRequested
    | DeleteRequested
    | RollbackRequested
)
