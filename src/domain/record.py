"""The record of a function: its requests and what became of them, and what should be served.

It is the only place where anything is decided, and it is written before anybody is told.
"""

from collections.abc import Mapping
from enum import Enum

import attrs

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.domain.strategy import Strategy


class Phase(Enum):
    """Where a request stands: the rows of the table of transitions."""

    UNKNOWN = "unknown"
    OPEN = "open"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    SETTLED = "settled"
    APPLIED = "applied"


class Served(Enum):
    """What a complete build did to the function's Service."""

    NOT_YET = "not_yet"
    CREATED = "created"
    UPDATED = "updated"
    SUPERSEDED = "superseded"


@attrs.frozen
class Content:
    """What a build builds.

    Attributes:
        content_hash: Over everything that shapes the image; its tag.
        tree_hash: Over the files of the context alone, to check a context that was handed over.
        revision: The commit that the source was taken from, if it has one.
        kept: The name that the layer of its dependencies is kept under, if it has one that an
            image of other code can have, too.
    """

    content_hash: str
    tree_hash: str
    revision: str | None = None
    kept: str | None = None


@attrs.frozen(kw_only=True)
class Outcome:
    """How a build ended: everything its event will say.

    Attributes:
        ended_at: UTC nanoseconds since 1970.
        by: The request that cancelled or superseded the build.
        ran: Nanoseconds that whatever builds has run, if that was seen.
    """

    ended_at: int
    reason: Reason | None = None
    detail: str = ""
    cached: bool = False
    by: str | None = None
    ran: int | None = None


@attrs.frozen(kw_only=True)
class Build:
    """One attempt to turn one source into one image.

    Attributes:
        phase: `OPEN`, or which of the four outcomes it has; never `SETTLED`, see *settled*.
        settled: Whether the consequences of the outcome have all been drawn.
        accepted_at: When it entered the record, UTC nanoseconds since 1970.
        delayed_at: When its Job last could not be made; `None` if it was at the first try.
        retold_at: When its outcome was last told again, as nobody had settled it.
        image: `registry/repository:tag`; `None` while the content is unknown.
        digest: As the registry gave it for the tag; `None` until it was asked.
        config: How to serve it; dropped when nothing can need it again.
        warning: What there was to tell its tenant of its runtime when it was accepted.
        strategy: How its image is made, `APPEND` or `KANIKO`; `None` where none is, or nobody
            has chosen.
        strategy_reason: Why so, as words for the tenant.
        sbom: The digest of what tells the components of its image; `None`: nothing does.
    """

    id: str
    key: Key
    phase: Phase
    accepted_at: int
    delayed_at: int | None = None
    retold_at: int | None = None
    settled: bool = False
    content: Content | None = None
    image: str | None = None
    digest: str | None = None
    config: FunctionConfig | None = None
    outcome: Outcome | None = None
    served: Served = Served.NOT_YET
    correlation_id: str | None = None
    traceparent: str | None = None
    warning: str | None = None
    strategy: Strategy | None = None
    strategy_reason: str = ""
    sbom: str | None = None


class OperationKind(Enum):
    """What an operation does to what is served."""

    DELETE = "delete"
    ROLLBACK = "rollback"


@attrs.frozen(kw_only=True)
class Operation:
    """A delete or a rollback that was handled: remembered, so that a repeat changes nothing.

    Attributes:
        handled_at: UTC nanoseconds since 1970.
        effective: Whether it was newer than what was desired.
        target: The build that a rollback went to; `None` if there was none to go to.
        reason: Why, in the words of the one who asked.
    """

    id: str
    key: Key
    kind: OperationKind
    handled_at: int
    effective: bool
    target: str | None = None
    reason: str = ""
    correlation_id: str | None = None
    traceparent: str | None = None


class DesiredKind(Enum):
    """Whether a function should be served."""

    DEPLOYED = "deployed"
    DELETED = "deleted"


@attrs.frozen(kw_only=True)
class Desired:
    """What should be served: a register that only a larger key overwrites.

    Attributes:
        by: The request that set it.
        build: What is served; `None` once deleted.
        image: `registry/repository:tag` of that build.
        digest: What the registry gave for the tag: what is deployed.
        previous: The build that was served before, where a rollback goes by default.
    """

    key: Key
    kind: DesiredKind
    by: str
    build: str | None = None
    image: str | None = None
    digest: str | None = None
    config: FunctionConfig | None = None
    previous: str | None = None


@attrs.frozen
class Record:
    """All that is known of a function.

    Attributes:
        horizon: The largest key among the starts that were forgotten.
    """

    function: FunctionId
    builds: Mapping[str, Build] = attrs.field(factory=dict)
    operations: Mapping[str, Operation] = attrs.field(factory=dict)
    desired: Desired | None = None
    horizon: Key | None = None

    def phase(self, request: str) -> Phase:
        """Where the request of that id stands."""
        build = self.builds.get(request)
        if build is not None:
            return Phase.SETTLED if build.settled else build.phase
        return Phase.APPLIED if request in self.operations else Phase.UNKNOWN

    def with_build(self, build: Build) -> "Record":
        """The record with *build* in place of what it knew of it."""
        return attrs.evolve(self, builds={**self.builds, build.id: build})

    def with_operation(self, operation: Operation) -> "Record":
        """The record with *operation*."""
        return attrs.evolve(self, operations={**self.operations, operation.id: operation})

    def superseded_by(self, request: str) -> tuple[Build, ...]:
        """The builds that *request* superseded and whose outcome is not settled yet."""
        return tuple(
            build
            for build in self.builds.values()
            if build.phase is Phase.SUPERSEDED
            and not build.settled
            and build.outcome is not None
            and build.outcome.by == request
        )
