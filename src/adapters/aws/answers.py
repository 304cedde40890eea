"""What AWS says when it refuses a call."""

import logging
from http import HTTPStatus
from typing import Final, Self

import attrs
from botocore.exceptions import ClientError

_LONGEST: Final = 300  # characters of what AWS says

# When it cannot take on a role, the SDK logs a traceback, and then raises what it has logged.
logging.getLogger("aiobotocore.credentials").setLevel(logging.CRITICAL + 1)


@attrs.frozen
class Answer:
    """A refusal.

    Attributes:
        code: What AWS calls it; empty, if it says no more than a status.
        status: Of HTTP; 0, if there is none.
        said: Its words, or how they begin. They may quote the request.
        of_role: Whether it is our role that we do not get, before we have asked for anything.
    """

    code: str
    status: int
    said: str
    of_role: bool

    @classmethod
    def of(cls, error: ClientError) -> Self:
        """The refusal that *error* was raised for."""
        told = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        of_role = error.operation_name.startswith("AssumeRole")
        return cls(told.get("Code", ""), status, told.get("Message", "")[:_LONGEST], of_role)

    @property
    def is_late(self) -> bool:
        """Whether the same may be answered otherwise later, as far as the status tells."""
        too_many = HTTPStatus.TOO_MANY_REQUESTS
        return self.status == too_many or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
