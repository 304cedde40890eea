"""Why a build failed: a closed list, each reason marked retryable or not."""

from enum import Enum
from typing import Self


class Reason(Enum):
    """Failure reasons of `build.failed`.

    Attributes:
        retryable: Whether the same request may succeed later without a change by the tenant.
    """

    retryable: bool

    def __new__(cls, value: str, retryable: bool) -> Self:  # noqa: FBT001 - columns of a table
        member = object.__new__(cls)
        member._value_ = value
        member.retryable = retryable
        return member

    SOURCE_NOT_FOUND = ("source_not_found", False)
    SOURCE_UNAUTHORIZED = ("source_unauthorized", False)
    SOURCE_TOO_LARGE = ("source_too_large", False)
    SOURCE_REJECTED = ("source_rejected", False)
    DOCKERFILE_ERROR = ("dockerfile_error", False)
    DEPENDENCY_INSTALL = ("dependency_install", False)
    BUILD_EXIT = ("build_exit", False)
    OUT_OF_MEMORY = ("out_of_memory", False)
    TIMEOUT = ("timeout", False)
    EVICTED = ("evicted", True)
    IMAGE_PULL = ("image_pull", True)
    UNSCHEDULABLE = ("unschedulable", True)
    PUSH_DENIED = ("push_denied", False)
    IMAGE_REFUSED = ("image_refused", False)
    REGISTRY_UNAVAILABLE = ("registry_unavailable", True)
    LOST = ("lost", True)
    INTERNAL = ("internal", True)
