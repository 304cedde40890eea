"""What is wrapped ends as it would by itself, whatever goes wrong within."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import attrs
import pytest

from knative_lambda.adapters.wrapped import wrapped


@attrs.define
class Source:
    """Notes what it is told at its end."""

    told: list[type[BaseException] | None] = attrs.field(factory=list)

    def fetch(self, _request: object) -> AbstractAsyncContextManager[str]:
        return self._fetch()

    @asynccontextmanager
    async def _fetch(self) -> AsyncIterator[str]:
        try:
            yield "a tree"
        except BaseException as error:
            self.told.append(type(error))
            raise
        self.told.append(None)


async def around(
    call: str,  # noqa: ARG001 - the shape that is asked for
    operation: Callable[..., Awaitable[Any]],
    *given: Any,
    **named: Any,
) -> Any:
    return await operation(*given, **named)


async def test_a_context_is_told_how_what_was_done_within_ended() -> None:
    source = Source()
    port = wrapped("sources", source, around)
    async with port.fetch(None) as tree:
        assert tree == "a tree"
    with pytest.raises(KeyError):
        async with port.fetch(None):
            raise KeyError

    assert source.told == [None, KeyError]
