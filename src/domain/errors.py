"""The errors the core and the ports speak of: each says what to do next, not what went wrong."""

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.limit import Limit
from knative_lambda.domain.rejection import Rejection


class BuilderError(Exception):
    """Root of every error this product raises on purpose."""


class WrongCallError(Exception):
    """Whoever called this program must do it otherwise: the message says what would be right."""


class PermanentError(BuilderError):
    """Trying again cannot help: the event belongs in the dead-letter queue.

    Attributes:
        rejection: Which of the closed list of dead-letter reasons this is.
        detail: A sentence for the one who sent the event.
    """

    def __init__(self, rejection: Rejection, detail: str) -> None:
        super().__init__(detail)
        self.rejection = rejection
        self.detail = detail


class TransientError(BuilderError):
    """The same call may succeed later: try the event again after a wait."""


class SetupError(BuilderError):
    """What was set up for this service does not fit it: a person must mend it, and is told how."""


class ConflictError(BuilderError):
    """A fenced write met a world other than the one it was decided on: look again, decide again."""


class OverLimitError(BuilderError):
    """A limit is reached: the event waits its turn and uses up no attempt.

    Attributes:
        limit: Which one.
    """

    def __init__(self, message: str, limit: Limit = Limit.QUOTA) -> None:
        super().__init__(message)
        self.limit = limit


class SourceRefusedError(BuilderError):
    """The tenant's source cannot be built: the build fails with this *reason*.

    Attributes:
        reason: Why, from the closed list of failure reasons.
        detail: A sentence for the tenant; holds no internal host, path or credential.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
