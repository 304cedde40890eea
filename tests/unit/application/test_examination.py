"""All is looked at together, each within its time; and what is broken hides nothing else."""

import asyncio
from collections.abc import Sequence

import attrs
import pytest
from structlog.testing import capture_logs

from knative_lambda.application.examination import Examination, Gated
from knative_lambda.domain.errors import SetupError
from knative_lambda.ports.check import Check, Finding, Severity, broken, doubtful, fine

FINE = fine("one", "is there")
BROKEN = broken("two", "is not there", "make it")


@attrs.frozen
class Says(Check):
    """Finds *found*; or waits for ever, or raises."""

    found: Sequence[Finding] | Exception | None
    subject: str = "three"

    async def findings(self) -> Sequence[Finding]:
        if self.found is None:
            await asyncio.Event().wait()
            return []
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


async def found(*checks: Check, within: float = 1000) -> Sequence[Finding]:
    return await Examination(checks, within).findings()


async def test_all_findings_are_told_in_their_order() -> None:
    assert await found(Says([FINE, BROKEN]), Says([]), Says([FINE])) == [FINE, BROKEN, FINE]


async def test_what_does_not_answer_in_time_is_broken_and_the_others_are_told() -> None:
    late, other = await found(Says(None), Says([FINE]), within=0.01)
    assert (late.subject, late.severity) == ("three", Severity.FAIL)
    assert late.text == "no answer within 0.01 s"
    assert "see that it is there" in late.mend
    assert other == FINE


async def test_checks_are_made_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    @attrs.frozen
    class Meets(Check):
        subject: str = "meeting"

        async def findings(self) -> Sequence[Finding]:
            await both.wait()
            return [FINE]

    assert await found(Meets(), Meets()) == [FINE, FINE]


async def test_an_error_of_ours_is_told_as_it_is() -> None:
    (told,) = await found(Says(SetupError("mend it")))
    assert (told.severity, told.text) == (Severity.FAIL, "mend it")


async def test_a_bug_is_told_as_such_and_logged() -> None:
    with capture_logs() as logs:
        told, other = await found(Says(KeyError("secret")), Says([FINE]))
    assert told.text == "this check is broken: KeyError"
    assert told.mend
    assert other == FINE
    assert [log["event"] for log in logs] == ["check.bug"]


async def test_of_what_depends_on_something_broken_nothing_is_said() -> None:
    gated = Gated(Says([BROKEN], "gate"), (Says([FINE]), Says(KeyError())), 1000)
    assert gated.subject == "gate"
    assert await found(gated) == [BROKEN]


@pytest.mark.parametrize("first", [FINE, doubtful("one", "is odd", "see to it")])
async def test_behind_a_gate_that_is_open_all_is_seen_to(first: Finding) -> None:
    gated = Gated(Says([first]), (Says([FINE]), Says(None), Says([BROKEN])), 0.01)
    told = await found(gated)
    assert [told[0], told[1], told[3]] == [first, FINE, BROKEN]
    assert told[2].text.startswith("no answer")


async def test_a_gate_that_does_not_answer_is_broken() -> None:
    (told,) = await found(Gated(Says(None), (Says([FINE]),), 0.01))
    assert told.severity is Severity.FAIL
