"""What is wrapped ends as it would by itself, whatever goes wrong within."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import attrs
import pytest

from knative_lambda.adapters.wrapped import Operation, wrapped


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


def around(_call: str, operation: Operation) -> Operation:
    return operation


async def test_a_context_is_told_how_what_was_done_within_ended() -> None:
    source = Source()
    port = wrapped("sources", source, around)
    async with port.fetch(None) as tree:
        assert tree == "a tree"
    with pytest.raises(KeyError):
        async with port.fetch(None):
            raise KeyError

    assert source.told == [None, KeyError]
