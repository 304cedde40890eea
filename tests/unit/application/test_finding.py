"""What stands on a command line is found in the records, or it is told what to do."""

import pytest
from support.domain import FUNCTION, build, record, request_id

from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.finding import Finding, Target, UnknownTargetError
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Phase, Record

OTHER = FunctionId("acme", "other")
ONE, TWO, THREE = (request_id(number) for number in (1, 2, 3))


async def finding(*records: Record) -> Finding:
    store = MemoryRecords()
    for one in records:
        await store.write(one, None)
    return Finding(store)


KNOWN = record(build(1, Phase.FAILED), build(2, Phase.OPEN), build(3, Phase.FAILED))
ELSEWHERE = Record(OTHER).with_build(build(4, Phase.OPEN))


async def test_a_function_is_found_by_its_name() -> None:
    found = await (await finding(KNOWN)).of(Target(FUNCTION))
    assert (found.record, found.build) == (KNOWN, None)


@pytest.mark.parametrize("function", [FUNCTION, None])
async def test_a_build_is_found_by_its_id_by_how_that_begins_and_by_its_job(
    function: FunctionId | None,
) -> None:
    one = await finding(KNOWN, ELSEWHERE)
    for text in (TWO, TWO[:31], names.job(FUNCTION, TWO)):
        found = await one.of(Target(function, text))
        assert found.build is not None
        assert (found.record.function, found.build.id) == (FUNCTION, TWO)


async def test_a_build_of_another_function_is_not_taken_for_one_of_this() -> None:
    with pytest.raises(UnknownTargetError, match=r"of acme/.*: no build of that id is known"):
        await (await finding(KNOWN, ELSEWHERE)).of(Target(FUNCTION, request_id(4)))


@pytest.mark.parametrize("text", ["f" * 32, "zz", TWO[:3], "build-nothing"])
async def test_a_build_that_is_not_known_is_told_with_what_to_do(text: str) -> None:
    with pytest.raises(UnknownTargetError, match=f"^{text}: no build .* `knative-lambda list`"):
        await (await finding(KNOWN)).of(Target(None, text))


async def test_a_beginning_of_several_ids_is_told_with_the_ids() -> None:
    with pytest.raises(UnknownTargetError, match=f"several builds: {ONE}, {TWO}, {THREE}"):
        await (await finding(KNOWN)).of(Target(None, ONE[:4]))


async def test_a_function_that_is_not_known_is_told_with_what_to_do() -> None:
    with pytest.raises(UnknownTargetError, match=r"^acme/other: nothing is known of .* submit it"):
        await (await finding(KNOWN)).of(Target(OTHER))


async def test_of_a_function_the_newest_build_is_meant() -> None:
    one = await finding(KNOWN)
    _, newest = await one.build_of(Target(FUNCTION))
    _, running = await one.build_of(Target(FUNCTION), running=True)
    assert (newest.id, running.id) == (THREE, TWO)


async def test_a_build_that_is_named_is_meant_whether_it_runs_or_not() -> None:
    found, meant = await (await finding(KNOWN)).build_of(Target(None, ONE), running=True)
    assert (found, meant.id) == (KNOWN, ONE)


async def test_where_nothing_was_built_or_is_being_built_that_is_told() -> None:
    one = await finding(record(build(1, Phase.FAILED)), Record(OTHER))
    with pytest.raises(UnknownTargetError, match="nothing of it was ever built; what to do: "):
        await one.build_of(Target(OTHER))
    with pytest.raises(UnknownTargetError, match="nothing of it is being built; what to do: "):
        await one.build_of(Target(FUNCTION), running=True)
