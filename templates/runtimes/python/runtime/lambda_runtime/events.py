"""The event a handler receives and may return."""

from typing import Any


class Event(dict[str, Any]):
    """A CloudEvent: its attributes and `data`, read as event["type"] or as event.type."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(
                f"the event has no attribute {name!r}; it has: {', '.join(self)}"
            ) from None
