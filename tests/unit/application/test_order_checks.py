"""What would do nothing is told before it is sent, as far as the records can be read."""

import re

import pytest
from support.domain import build, deployed, record, request_id

from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.awaiting import InVainError
from knative_lambda.application.finding import Finding, Target, UnknownTargetError
from knative_lambda.application.order_checks import Checks
from knative_lambda.domain import names
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Phase, Record
from knative_lambda.ports.records import StoredRecord

HELLO, NONE = FunctionId("acme", "hello"), FunctionId("acme", "none")
ONE, TWO, THREE, FOUR = (request_id(number) for number in (1, 2, 3, 4))
KNOWN = record(
    build(1, Phase.SETTLED),
    build(2, Phase.SETTLED),
    build(3, Phase.OPEN),
    build(4, Phase.FAILED),
    build(5, Phase.SETTLED, config=None),
    build(6, Phase.CANCELLED),
    function=HELLO,
    desired=deployed(2, previous=ONE),
)


class NobodysRecords(MemoryRecords):
    """Whoever asks may not read."""

    async def read(self, function: FunctionId) -> StoredRecord:
        raise SetupError(f"{function} is not yours to see")

    async def list(self) -> list[StoredRecord]:
        raise SetupError("these are not yours to see")


async def checks(*records: Record, force: bool = False) -> Checks:
    store = MemoryRecords()
    for one in records or (KNOWN,):
        await store.write(one, None)
    return Checks(Finding(store), force)


def blind(*, force: bool = False) -> Checks:
    return Checks(Finding(NobodysRecords()), force)


async def test_the_build_that_is_meant_is_cancelled_by_its_id() -> None:
    one = await checks()
    for target in (Target(HELLO), Target(None, THREE[:8]), Target(HELLO, names.job(HELLO, THREE))):
        assert await one.cancel(target) == (HELLO, {"build_id": THREE})


@pytest.mark.parametrize(("build_id", "phase"), [(ONE, "complete"), (FOUR, "failed")])
async def test_a_build_that_is_over_cannot_be_cancelled(build_id: str, phase: str) -> None:
    with pytest.raises(InVainError, match=f"{build_id}: is {phase}: there is nothing to cancel"):
        await (await checks()).cancel(Target(None, build_id))
    forced = await checks(force=True)
    assert await forced.cancel(Target(None, build_id)) == (HELLO, {"build_id": build_id})


async def test_a_cancel_may_be_repeated() -> None:
    assert await (await checks()).cancel(Target(None, request_id(6))) == (
        HELLO,
        {"build_id": request_id(6)},
    )


async def test_what_the_records_do_not_know_is_sent_by_force_alone() -> None:
    unknown = Target(HELLO, "f" * 32)
    with pytest.raises(UnknownTargetError, match=r"no build of that id .*; --force sends it"):
        await (await checks()).cancel(unknown)
    with pytest.raises(UnknownTargetError, match=r"nothing is known of .*; --force sends it"):
        await (await checks()).delete(NONE)
    with pytest.raises(UnknownTargetError, match="--force"):
        await (await checks()).rollback(NONE, None)
    forced = await checks(force=True)
    assert await forced.cancel(unknown) == (HELLO, {"build_id": "f" * 32})
    assert await forced.delete(NONE) == {}
    assert await forced.rollback(NONE, None) == {}
    assert await forced.rollback(HELLO, "f" * 32) == {"to": "f" * 32}


async def test_what_is_wholly_named_needs_no_records() -> None:
    assert await blind().cancel(Target(HELLO, ONE)) == (HELLO, {"build_id": ONE})
    job = names.job(HELLO, ONE)
    assert await blind().cancel(Target(HELLO, job)) == (HELLO, {"job_name": job})
    assert await blind().delete(HELLO) == {}
    assert await blind().rollback(HELLO, None) == {}
    assert await blind().rollback(HELLO, TWO) == {"to": TWO}


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("target", [Target(None, ONE), Target(HELLO, ONE[:8])])
async def test_what_is_not_wholly_named_needs_the_records(
    target: Target,
    force: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with pytest.raises(SetupError, match="not yours to see"):
        await blind(force=force).cancel(target)


async def test_a_function_that_is_known_is_deleted() -> None:
    assert await (await checks()).delete(HELLO) == {}


async def test_a_rollback_goes_to_the_build_before_or_to_one_that_is_named() -> None:
    one = await checks()
    assert await one.rollback(HELLO, None) == {}
    assert await one.rollback(HELLO, ONE[:8]) == {"to": ONE}


@pytest.mark.parametrize(
    ("known", "to", "words"),
    [
        (KNOWN, FOUR, "is failed: only a complete build is served"),
        (KNOWN, THREE, "is open: only a complete build is served"),
        (KNOWN, request_id(5), "is too old: how it is to be served is no longer known"),
        (Record(HELLO), None, "there is no build to go back to; what to do: name a complete one"),
        (record(function=HELLO, desired=deployed(2)), None, "`knative-lambda status acme/hello`"),
    ],
)
async def test_a_rollback_to_what_cannot_be_served_is_told(
    known: Record, to: str | None, words: str
) -> None:
    with pytest.raises(InVainError, match=re.escape(words)):
        await (await checks(known)).rollback(HELLO, to)
    forced = await checks(known, force=True)
    assert await forced.rollback(HELLO, to) == ({"to": to} if to else {})
