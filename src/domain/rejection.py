"""Why an event ends in the dead-letter queue: a closed list."""

from enum import Enum


class Rejection(Enum):
    """Dead-letter reasons, as they stand in the reason header and in `build.rejected`."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"
    STALE = "stale"
    ID_REUSED = "id_reused"
    UNKNOWN_BUILD = "unknown_build"
    NO_TARGET = "no_target"
    IMAGE_REFUSED = "image_refused"
    BAD_SIGNATURE = "bad_signature"
    FOREIGN_SERVICE = "foreign_service"
    FORBIDDEN = "forbidden"
    UNDELIVERED = "undelivered"
    RETRIES_EXHAUSTED = "retries_exhausted"
    INTERNAL = "internal"
