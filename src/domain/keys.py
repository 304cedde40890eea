"""The ordering rule: which of two requests for one function is newer."""

import attrs


@attrs.frozen(order=True)
class Key:
    """Fixed when a request enters the record, and never again. Larger is newer.

    Attributes:
        at: UTC, in integer nanoseconds since 1970.
        id: The request's id, which breaks ties.
    """

    at: int
    id: str


def key_of(time: int | None, arrived: int, request: str) -> Key:
    """The key of a request: a time that is missing, or later than *arrived*, counts as *arrived*.

    A sender's clock that runs ahead must not outlive a later delete.
    """
    return Key(arrived if time is None else min(time, arrived), request)
