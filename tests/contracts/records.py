"""The laws of `Records`."""

import asyncio
from abc import abstractmethod

import attrs
import pytest
from contracts.contract import Contract

from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import (
    Build,
    Content,
    Desired,
    DesiredKind,
    Operation,
    OperationKind,
    Outcome,
    Phase,
    Record,
    Served,
)
from knative_lambda.domain.request import FunctionConfig, Resources, Scaling, Trigger
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.records import Records, StoredRecord

FUNCTION = FunctionId("acme", "hello")
OTHER = FunctionId("Acme", "hello")  # differs by a letter's case alone


def rich(function: FunctionId) -> Record:
    """A record in which every field says something."""
    config = FunctionConfig(
        env=(("GREETING", "größer\n☃"), ("EMPTY", "")),
        secrets=("lambda-acme-hello",),
        resources=Resources(cpu_limit="2"),
        scaling=Scaling(minimum=1),
        timeout_seconds=5,
        triggers=(Trigger((("source", "s"), ("type", "t"))), Trigger((("type", "u"),))),
    )
    key = Key(1_800_000_000_000_000_001, "a" * 32)
    build = Build(
        id="a" * 32,
        key=key,
        phase=Phase.FAILED,
        accepted_at=1_800_000_000_000_000_002,
        settled=True,
        content=Content("c" * 64, "d" * 64, "revision", "kept"),
        image="registry.test/lambda/acme-hello:1",
        digest=f"sha256:{'e' * 64}",
        config=config,
        outcome=Outcome(ended_at=3, reason=Reason.TIMEOUT, detail="late", cached=True, by="x"),
        served=Served.UPDATED,
        correlation_id="corr",
        traceparent="trace",
        warning="nodejs20: its support ended",
        strategy=Strategy.KANIKO,
        strategy_reason="Go is compiled",
        sbom=f"sha256:{'5' * 64}",
    )
    operation = Operation(
        id="b" * 32,
        key=attrs.evolve(key, id="b" * 32),
        kind=OperationKind.ROLLBACK,
        handled_at=4,
        effective=True,
        target="a" * 32,
        reason="because",
        correlation_id="corr",
        traceparent="trace",
    )
    desired = Desired(
        key=operation.key,
        kind=DesiredKind.DEPLOYED,
        by=operation.id,
        build=build.id,
        image=build.image,
        digest=build.digest,
        config=config,
        previous="f" * 32,
    )
    return Record(
        function, {build.id: build}, {operation.id: operation}, desired, Key(5, "forgotten")
    )


def horizon(at: int, function: FunctionId = FUNCTION) -> Record:
    """A record that can be told from others by *at*."""
    return Record(function, horizon=Key(at, "x"))


class RecordsContract(Contract):
    """What every keeper of records must do."""

    @pytest.fixture
    def records(self) -> Records:
        """A store without records."""
        raise NotImplementedError

    @abstractmethod
    async def stored(self) -> list[Record]:
        """Back door: the records that are stored."""

    @abstractmethod
    async def plant(self, record: Record) -> None:
        """Back door: store *record* over whatever is there."""

    async def test_what_was_written_is_stored_and_read_in_whole(self, records: Records) -> None:
        written = await records.write(rich(FUNCTION), None)
        assert await self.stored() == [rich(FUNCTION)]
        assert written.record == rich(FUNCTION)
        assert written.version is not None
        assert await records.read(FUNCTION) == written

    async def test_what_others_wrote_is_read(self, records: Records) -> None:
        await self.plant(rich(FUNCTION))
        assert (await records.read(FUNCTION)).record == rich(FUNCTION)
        await self.plant(horizon(1))
        assert (await records.read(FUNCTION)).record == horizon(1)

    async def test_what_was_written_last_is_read(self, records: Records) -> None:
        first = await records.write(rich(FUNCTION), None)
        second = await records.write(horizon(2), first.version)
        assert second.version != first.version
        assert await records.read(FUNCTION) == StoredRecord(horizon(2), second.version)
        assert await self.stored() == [horizon(2)]

    async def test_a_write_over_another_version_fails_and_changes_nothing(
        self, records: Records
    ) -> None:
        first = await records.write(horizon(1), None)
        second = await records.write(horizon(2), first.version)
        for version in (first.version, None):
            with pytest.raises(ConflictError):
                await records.write(horizon(3), version)
            assert await records.read(FUNCTION) == second
            assert await self.stored() == [horizon(2)]

    async def test_a_version_that_a_read_gave_is_overtaken_by_any_write(
        self, records: Records
    ) -> None:
        await self.plant(horizon(1))
        seen = await records.read(FUNCTION)
        await self.plant(horizon(2))
        with pytest.raises(ConflictError):
            await records.write(horizon(3), seen.version)
        assert await self.stored() == [horizon(2)]

    async def test_a_write_over_a_version_of_nothing_fails(self, records: Records) -> None:
        elsewhere = await records.write(horizon(1, OTHER), None)
        with pytest.raises(ConflictError):
            await records.write(horizon(1), elsewhere.version)
        assert await self.stored() == [horizon(1, OTHER)]

    @pytest.mark.parametrize("fresh", [True, False])
    async def test_of_several_writes_over_one_version_one_succeeds(
        self,
        records: Records,
        fresh: bool,  # noqa: FBT001 - a parameter of the test
    ) -> None:
        version = None if fresh else (await records.write(horizon(0), None)).version
        attempts = [records.write(horizon(number), version) for number in range(1, 9)]
        results = await asyncio.gather(*attempts, return_exceptions=True)
        won = [result for result in results if isinstance(result, StoredRecord)]
        lost = [result for result in results if isinstance(result, ConflictError)]
        assert (len(won), len(lost)) == (1, 7)
        assert await records.read(FUNCTION) == won[0]
        assert await self.stored() == [won[0].record]

    async def test_a_record_that_was_never_written_is_empty(self, records: Records) -> None:
        await self.plant(rich(OTHER))
        assert await records.read(FUNCTION) == StoredRecord(Record(FUNCTION), None)
        assert await self.stored() == [rich(OTHER)]

    async def test_an_erased_record_is_empty(self, records: Records) -> None:
        await self.plant(rich(OTHER))
        written = await records.write(rich(FUNCTION), None)
        await records.erase(FUNCTION, written.version)
        assert await records.read(FUNCTION) == StoredRecord(Record(FUNCTION), None)
        assert await self.stored() == [rich(OTHER)]

    async def test_erasing_another_version_fails_and_changes_nothing(
        self, records: Records
    ) -> None:
        first = await records.write(horizon(1), None)
        second = await records.write(horizon(2), first.version)
        for version in (first.version, None):
            with pytest.raises(ConflictError):
                await records.erase(FUNCTION, version)
            assert await records.read(FUNCTION) == second

    async def test_no_version_comes_again_after_an_erasure(self, records: Records) -> None:
        first = await records.write(horizon(1), None)
        await records.erase(FUNCTION, first.version)
        with pytest.raises(ConflictError):
            await records.write(horizon(2), first.version)
        second = await records.write(horizon(2), None)
        with pytest.raises(ConflictError):
            await records.write(horizon(3), first.version)
        assert await records.read(FUNCTION) == second

    async def test_the_list_is_every_stored_record(self, records: Records) -> None:
        assert list(await records.list()) == []
        functions = [FUNCTION, OTHER, FunctionId("acme", "other"), FunctionId("a" * 63, "b" * 63)]
        for function in functions:
            await self.plant(rich(function))
        await records.write(horizon(7), (await records.read(FUNCTION)).version)
        listed = {stored.record.function: stored for stored in await records.list()}
        assert set(listed) == set(functions)
        for function in functions:
            assert listed[function] == await records.read(function)
        assert listed[FUNCTION].record == horizon(7)
        assert len(await records.list()) == len(functions)

    async def test_each_stored_record_is_sifted(self, records: Records) -> None:
        assert list(await records.sift(lambda stored: stored)) == []
        for function in (FUNCTION, OTHER):
            await self.plant(rich(function))
        kept = await records.sift(lambda stored: (stored.record.function, stored.version))
        assert sorted(kept, key=repr) == sorted(
            ((stored.record.function, stored.version) for stored in await records.list()), key=repr
        )
        assert {function for function, _ in kept} == {FUNCTION, OTHER}
