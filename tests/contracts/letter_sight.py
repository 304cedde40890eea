"""The laws of `LetterSight`."""

from abc import abstractmethod
from contextlib import aclosing

import pytest
from contracts.contract import Contract, eventually
from contracts.deliveries import message

from knative_lambda.ports.letter_sight import LetterSight
from knative_lambda.ports.letters import Letter


class LetterSightContract(Contract):
    """What everything that shows dead letters must do."""

    @pytest.fixture
    def sight(self) -> LetterSight:
        """Looks where nothing has been given up yet."""
        raise NotImplementedError

    @abstractmethod
    async def give_up(self, name: str, why: str) -> None:
        """Back door: give up the message of that name, with *why* as the detail."""

    async def count(self, sight: LetterSight, wanted: int) -> None:
        """Wait until there are so many that nobody looks at."""

        async def so_many() -> bool:
            return await sight.count() == wanted

        await eventually(so_many)

    async def seen(self, sight: LetterSight, most: int) -> list[Letter]:
        async with aclosing(sight.letters(most)) as letters:
            return [letter async for letter in letters]

    async def test_all_are_seen_as_they_came_in_the_order_in_which_they_were_given_up(
        self, sight: LetterSight
    ) -> None:
        for name in ("a", "b", "c"):
            await self.give_up(name, f"no to {name}")
        await self.count(sight, 3)
        letters = await self.seen(sight, 10)
        assert [letter.message.body for letter in letters] == [
            message(name).body for name in ("a", "b", "c")
        ]
        assert [(letter.reason, letter.detail) for letter in letters] == [
            ("forbidden", f"no to {name}") for name in ("a", "b", "c")
        ]
        assert len({letter.id for letter in letters}) == 3
        assert all(letter.kept_at for letter in letters)

    async def test_no_more_are_fetched_than_were_asked_for_and_all_are_counted(
        self, sight: LetterSight
    ) -> None:
        for name in ("a", "b", "c"):
            await self.give_up(name, "no")
        await self.count(sight, 3)
        assert len(await self.seen(sight, 2)) == 2
        await self.count(sight, 3)

    async def test_what_was_seen_is_seen_again(self, sight: LetterSight) -> None:
        await self.give_up("a", "no")
        await self.count(sight, 1)
        first = await self.seen(sight, 10)
        await self.count(sight, 1)
        assert await self.seen(sight, 10) == first

    async def test_where_there_is_none_none_is_seen(self, sight: LetterSight) -> None:
        assert await sight.count() == 0
        assert await self.seen(sight, 10) == []
