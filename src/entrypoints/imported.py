"""Adapters by their names: no container imports one, since a process needs but a few of them."""

from collections.abc import Callable
from functools import cached_property, partial
from pkgutil import resolve_name
from typing import Any


def made(path: str, *arguments: Any, **named: Any) -> Any:
    """What *path*, `module:name` below `knative_lambda`, makes of the rest; it is imported now."""
    return resolve_name(f"knative_lambda.{path}")(*arguments, **named)


class Unmade:
    """Stands for what *make* makes, and has it made when it is first asked for anything.

    What that is made of is there before: so what the settings say is seen to be right at the start.
    """

    def __init__(self, make: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        self._make = partial(make, *arguments, **named)

    @cached_property
    def made(self) -> Any:
        """That itself."""
        return self._make()

    async def close(self) -> None:
        """Close it, if it was ever made."""
        if "made" in vars(self):
            await self.made.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.made, name)
