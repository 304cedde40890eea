"""The laws of `BuildLogs`."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator

import pytest
from contracts.contract import DEADLINE, Contract

from knative_lambda.ports.build_logs import BuildLogs

NAME, OTHER = "build-acme-hello-0a1b2c3d-01234567", "build-acme-hello-0a1b2c3d-89abcdef"


async def read(logs: BuildLogs, name: str, *, follow: bool = False) -> bytes:
    """All of it."""
    pieces = await logs.open(name, follow=follow)
    assert pieces is not None
    async with asyncio.timeout(DEADLINE):
        return b"".join([piece async for piece in pieces])


async def reached(pieces: AsyncIterator[bytes], wanted: bytes) -> None:
    """Read until what was read ends so."""
    text = b""
    async with asyncio.timeout(DEADLINE):
        while not text.endswith(wanted):
            text += await anext(pieces)


class BuildLogsContract(Contract):
    """What everything that shows logs of builds must do."""

    @pytest.fixture
    def logs(self) -> BuildLogs:
        """Of builds that have not begun."""
        raise NotImplementedError

    @abstractmethod
    async def write(self, name: str, text: bytes) -> None:
        """Back door: let the build of that Job write *text*; it begins with that."""

    @abstractmethod
    async def end(self, name: str) -> None:
        """Back door: let the build end, and its Job stay."""

    async def test_what_was_written_is_given_from_its_beginning(self, logs: BuildLogs) -> None:
        await self.write(NAME, b"first\n")
        await self.write(OTHER, b"another's\n")
        assert await read(logs, NAME) == b"first\n"
        await self.write(NAME, b"second \xff\n")
        await self.end(NAME)
        assert await read(logs, NAME) == b"first\nsecond \xff\n"
        assert await read(logs, NAME, follow=True) == b"first\nsecond \xff\n"

    async def test_what_is_written_afterwards_is_given_until_the_build_ends(
        self, logs: BuildLogs
    ) -> None:
        await self.write(NAME, b"first\n")
        pieces = await logs.open(NAME, follow=True)
        assert pieces is not None
        await reached(pieces, b"first\n")
        for text in (b"second\n", b"third\n"):
            await self.write(NAME, text)
            await reached(pieces, text)
        await self.write(NAME, b"last")
        await self.end(NAME)
        await reached(pieces, b"last")
        with pytest.raises(StopAsyncIteration):
            await anext(pieces)

    async def test_where_nothing_has_begun_there_is_nothing_to_read(self, logs: BuildLogs) -> None:
        await self.write(OTHER, b"another's\n")
        assert await logs.open(NAME, follow=False) is None
        assert await logs.open(NAME, follow=True) is None
