"""The ordering rule: which of two requests for one function is newer."""

from typing import Self

import attrs


@attrs.frozen
class Key:
    """Fixed when a request enters the record, and never again. Larger is newer.

    Attributes:
        at: UTC, in integer nanoseconds since 1970.
        id: The request's id, which breaks ties.
    """

    at: int
    id: str

    # By hand: what attrs would make asks for each field by its name, at ten times the time.
    def __lt__(self, other: Self) -> bool:
        return (self.at, self.id) < (other.at, other.id)

    def __le__(self, other: Self) -> bool:
        return (self.at, self.id) <= (other.at, other.id)

    def __gt__(self, other: Self) -> bool:
        return (self.at, self.id) > (other.at, other.id)

    def __ge__(self, other: Self) -> bool:
        return (self.at, self.id) >= (other.at, other.id)


def key_of(time: int | None, arrived: int, request: str) -> Key:
    """The key of a request: a time that is missing, or later than *arrived*, counts as *arrived*.

    A sender's clock that runs ahead must not outlive a later delete.
    """
    return Key(arrived if time is None else min(time, arrived), request)
