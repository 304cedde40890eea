"""Refusals of a source, one function a reason."""

from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason


def rejected(detail: str) -> SourceRefusedError:
    """It is not allowed, or not safe."""
    return SourceRefusedError(Reason.SOURCE_REJECTED, detail)


def not_found(detail: str) -> SourceRefusedError:
    """It is not there."""
    return SourceRefusedError(Reason.SOURCE_NOT_FOUND, detail)


def too_large(detail: str) -> SourceRefusedError:
    """It is over a limit."""
    return SourceRefusedError(Reason.SOURCE_TOO_LARGE, detail)


def unauthorized(detail: str) -> SourceRefusedError:
    """It is not for the one who asks."""
    return SourceRefusedError(Reason.SOURCE_UNAUTHORIZED, detail)
