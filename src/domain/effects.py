"""What should be done: imperative, frozen; each may be done again by anybody without harm."""

import attrs

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.events import BuildRequested
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import BuildRequest


@attrs.frozen
class PrepareContext:
    """Fetch the source, pack it, look for its image; store the context if there is none."""

    requested: BuildRequested


@attrs.frozen
class Publish:
    """Tell the world."""

    announcement: Announcement


@attrs.frozen
class StartJob:
    """Have *build* built.

    Attributes:
        again: Whether it was asked for before, so that its Job is most likely there.
    """

    request: BuildRequest
    build: Build
    again: bool = False


@attrs.frozen
class StopJob:
    """End the Job of a build whose outcome is decided."""

    function: FunctionId
    build_id: str


@attrs.frozen
class DiscardContext:
    """Delete the context of a build that needs it no more."""

    function: FunctionId
    content_hash: str
    build_id: str


@attrs.frozen
class Converge:
    """Make what is served equal to what *record* desires.

    Attributes:
        replaces: The key that the Service most likely carries; `None` if there should be none.
        prune: Whether there may be Triggers that are no longer wanted.
    """

    record: Record
    replaces: Key | None
    prune: bool


@attrs.frozen
class KeepDependencies:
    """Keep the layer of dependencies of an image that was built, for images to come.

    Attributes:
        image: `registry/repository:tag`.
        digest: What the registry gave for the tag.
        kept: The name to keep the layer under.
    """

    image: str
    digest: str
    kept: str


@attrs.frozen
class Settle:
    """Note that all consequences of the outcome are drawn; comes after them."""

    build_id: str


@attrs.frozen
class NoteRetold:
    """Note that the outcome was told again; comes after that."""

    build_id: str


@attrs.frozen
class Postpone:
    """Have the event that led here come again later, for what kept its Job from being made."""

    error: BuilderError


@attrs.frozen
class Reject:
    """Send the event that led here to the dead-letter queue."""

    rejection: Rejection
    detail: str


Effect = (
    PrepareContext
    | Publish
    | StartJob
    | StopJob
    | DiscardContext
    | Converge
    | KeepDependencies
    | Settle
    | NoteRetold
    | Postpone
    | Reject
)
