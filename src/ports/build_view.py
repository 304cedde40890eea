"""One build as it stands, for whoever asks why: what is recorded, and all that is seen of it."""

import attrs

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Build, Record
from knative_lambda.ports.function_view import FunctionView
from knative_lambda.ports.job_sight import Happening, SeenJob
from knative_lambda.ports.letters import Letter, Reading


@attrs.frozen
class Places:
    """Where there is more to see.

    Attributes:
        builds: The namespace of the Jobs; empty where they run elsewhere.
        functions: The namespace of the Services; empty where they run elsewhere.
        letters: Whether there is a queue of dead letters.
    """

    builds: str = ""
    functions: str = ""
    letters: bool = False


@attrs.frozen
class GivenUp:
    """A dead letter about a build, and what it says."""

    letter: Letter
    reading: Reading


@attrs.frozen(kw_only=True)
class BuildView:
    """All there is to tell of a build.

    Attributes:
        build_id: In full.
        function: Whose it is, if anything says so.
        view: Of the function; `None` if no record has the build.
        job: `None` if it is not there, or cannot be seen; *unseen* says which.
        happenings: What is known to have happened to the Job and its pods, in the order of time.
        log: The last lines of what it wrote, without secrets and fit for a terminal.
        letter: If something about it was given up.
        limit: Which limit a start of its tenant waits for now; empty for none.
        unseen: What could not be seen, and why: a sentence each.
    """

    build_id: str
    function: FunctionId | None = None
    view: FunctionView | None = None
    job: SeenJob | None = None
    happenings: tuple[Happening, ...] = ()
    log: tuple[str, ...] = ()
    letter: GivenUp | None = None
    limit: str = ""
    unseen: tuple[str, ...] = ()
    places: Places = attrs.field(factory=Places)

    @property
    def record(self) -> Record | None:
        """The record that has it."""
        return self.view.record if self.view is not None else None

    @property
    def build(self) -> Build | None:
        """What the record has of it."""
        return self.record.builds.get(self.build_id) if self.record is not None else None
