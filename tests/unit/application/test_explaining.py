"""All there is to see of a build is gathered, and what cannot be seen is told as that."""

import gzip
import json
from collections.abc import AsyncIterator, Sequence

import attrs
import pytest
from support.domain import FUNCTION, build, record, request_id
from support.explained import at, line
from support.world import Clock

from knative_lambda.adapters.memory.build_logs import MemoryBuildLogs
from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.explaining import Explaining
from knative_lambda.application.finding import Finding, Target, UnknownTargetError
from knative_lambda.application.letters_about import LettersAbout
from knative_lambda.application.limit_reached import LimitReached
from knative_lambda.application.log_end import LogEnd
from knative_lambda.application.log_reading import LogReading
from knative_lambda.application.overview import Overview
from knative_lambda.domain import ids, names
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Build, Outcome, Phase
from knative_lambda.domain.redaction import Redactor
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.build_view import BuildView, Places
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.job_sight import Happening, JobSight, SeenJob
from knative_lambda.ports.letters import Letter
from knative_lambda.ports.service_deployer import Service
from knative_lambda.sidecar.log_text import LogText

ONE = request_id(3)
JOB = names.job(FUNCTION, ONE)
STARTED = ids.request_id("shop", "start-1")


def start(event_id: str = "start-1", **data: object) -> Letter:
    """A start that was given up."""
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "shop",
        "type": "network.notifi.lambda.build.start",
        "data": {"third_party_id": "acme", "parser_id": "orders", "runtime": "cobol", **data},
    }
    body = json.dumps(event).encode()
    return Letter(id=f"of {event_id}", message=Message(body, "application/cloudevents+json"))


def completion(build_id: str) -> Letter:
    """A completion that was given up."""
    data = {"third_party_id": "acme", "parser_id": "orders", "job_name": "x", "status": "success"}
    event = {
        "specversion": "1.0",
        "id": "outcome",
        "source": "network.notifi.acme",
        "type": "network.notifi.lambda.build.complete",
        "data": {**data, "build_id": build_id},
    }
    return Letter(id="of outcome", message=Message(json.dumps(event).encode(), "application/json"))


@attrs.define
class Sight(JobSight):
    """Sees one Job, or fails."""

    job: SeenJob | None = None
    told: tuple[Happening, ...] = ()
    broken: Exception | None = None
    asked: list[str] = attrs.field(factory=list)

    async def look(self, job: str) -> SeenJob | None:
        self.asked.append(job)
        if self.broken is not None:
            raise self.broken
        return self.job

    async def happenings(self, job: str, pods: Sequence[str]) -> Sequence[Happening]:
        self.asked += [job, *pods]
        if self.broken is not None:
            raise self.broken
        return self.told


@attrs.define
class Asking:
    """Whoever asks, and what there is to see."""

    sight: Sight = attrs.field(factory=Sight)
    letters: list[Letter] = attrs.field(factory=list)
    no_letters: Exception | None = None
    records: MemoryRecords = attrs.field(factory=MemoryRecords)
    logs: MemoryBuildLogs = attrs.field(factory=MemoryBuildLogs)
    contexts: MemoryContextStore = attrs.field(factory=lambda: MemoryContextStore(Clock()))
    keeps_letters: bool = True

    async def known(self, *builds: Build) -> None:
        await self.records.write(record(*builds), None)

    async def of(self, target: Target) -> BuildView:
        reading = LogReading(self.records, self.contexts, self.logs)
        letters = LettersAbout(self._letters, "") if self.keeps_letters else None
        return await Explaining(
            finding=Finding(self.records),
            overview=Overview(_nothing, None),
            sight=self.sight,
            log=LogEnd(reading, lambda: LogText(Redactor())),
            letters=letters,
            limit=LimitReached(self.records, 4, 2),
            places=Places("builds", "functions"),
        ).of(target)

    async def _letters(self) -> AsyncIterator[Letter]:
        if self.no_letters is not None:
            raise self.no_letters
        for letter in self.letters:
            yield letter


async def _nothing(_name: str) -> Service | None:
    return None


@pytest.fixture
def asking() -> Asking:
    return Asking()


async def test_what_is_left_of_a_build_is_gathered(asking: Asking) -> None:
    asking.sight = Sight(SeenJob(started=at(4)), (line(5, "Job", "Said", "so"),))
    asking.letters = [start(), completion(request_id(4)), completion(ONE)]
    await asking.known(build(3, Phase.COMPLETE))
    asking.logs.write(JOB, b"first\nsecond\n")
    view = await asking.of(Target(FUNCTION))
    assert view.build == build(3, Phase.COMPLETE)
    assert view.job == asking.sight.job
    assert view.happenings == asking.sight.told
    assert view.log == ("first", "second")
    assert view.letter is not None
    assert view.letter.letter.id == "of outcome"
    assert view.unseen == ()
    assert set(asking.sight.asked) == {JOB}


async def test_what_is_gone_is_told_as_that(asking: Asking) -> None:
    await asking.known(build(3, Phase.FAILED))
    view = await asking.of(Target(None, ONE[:8]))
    assert [each.partition(":")[0] for each in view.unseen] == [
        "its Job and pod",
        "Events of its Job and pod",
        "its log",
    ]
    assert "its Job and pod: not there any more" in view.unseen
    assert any(each.startswith("its log: there is no log of it: ") for each in view.unseen)


async def test_what_may_not_be_seen_is_told_as_that_and_the_rest_is_seen(asking: Asking) -> None:
    asking.sight.broken = SetupError("get jobs: not permitted")
    asking.no_letters = TransientError("RabbitMQ cannot be reached")
    await asking.known(build(3, Phase.FAILED))
    await asking.contexts.put(names.log_key(FUNCTION, ONE), [gzip.compress(b"all of it\n")])
    view = await asking.of(Target(FUNCTION, ONE))
    assert view.log == ("all of it",)
    assert list(view.unseen) == [
        "its Job and pod: get jobs: not permitted",
        "Events of its Job and pod: get jobs: not permitted",
        "dead letters: RabbitMQ cannot be reached",
    ]


@pytest.mark.parametrize(
    "one",
    [
        build(3, Phase.FAILED, content=None),
        build(3, Phase.SETTLED, outcome=Outcome(ended_at=at(5), cached=True)),
    ],
)
async def test_what_never_had_a_job_has_none_looked_for(asking: Asking, one: Build) -> None:
    await asking.known(one)
    view = await asking.of(Target(FUNCTION))
    assert (asking.sight.asked, view.unseen, view.log) == ([], (), ())


async def test_what_was_put_together_has_a_log_and_no_job(asking: Asking) -> None:
    await asking.known(build(3, Phase.COMPLETE, strategy=Strategy.APPEND))
    await asking.contexts.put(names.log_key(FUNCTION, ONE), [gzip.compress(b"base: one\n")])
    view = await asking.of(Target(FUNCTION))
    assert (asking.sight.asked, view.log) == ([], ("base: one",))


async def test_of_what_is_settled_no_letter_is_looked_for(asking: Asking) -> None:
    asking.no_letters = AssertionError()
    await asking.known(build(3, Phase.SETTLED))
    assert (await asking.of(Target(FUNCTION))).letter is None


async def test_the_end_of_a_log_is_whole_lines_without_secrets(asking: Asking) -> None:
    await asking.known(build(3, Phase.OPEN))
    key = [
        "-----BEGIN RSA PRIVATE KEY-----",
        *["c2VjcmV0" * 8] * 40,
        "-----END RSA PRIVATE KEY-----",
    ]
    asking.logs.write(JOB, "\n".join(["x" * 10] * 50 + key + ["last\x1b[2J"]).encode())
    view = await asking.of(Target(FUNCTION))
    assert len(view.log) <= 20
    assert view.log[-1] == "last\\x1b[2J"
    assert "c2VjcmV0" not in "".join(view.log)


async def test_the_end_of_a_log_is_bounded_and_whole_at_its_last_line(asking: Asking) -> None:
    await asking.known(build(3, Phase.OPEN))
    asking.logs.write(JOB, ("x" * 9000 + "\n").encode() * 100 + b"no end")
    view = await asking.of(Target(FUNCTION))
    assert len(view.log) == 20
    assert {len(each) for each in view.log[:-1]} == {503}
    assert view.log[-1] == "no end"


async def test_a_start_that_was_given_up_is_found_by_its_build_and_by_its_function(
    asking: Asking,
) -> None:
    asking.letters = [start("other", parser_id="other"), start("start-0"), start()]
    for target in (Target(None, STARTED), Target(FUNCTION, STARTED), Target(FUNCTION)):
        view = await asking.of(target)
        assert view.letter is not None
        assert view.letter.letter.id == "of start-1"
        assert view.letter.reading.refusal is not None
        assert (view.build_id, view.function, view.build) == (STARTED, FUNCTION, None)


@pytest.mark.parametrize(
    ("builds", "limit"),
    [
        ((), ""),
        ((build(1, Phase.OPEN), build(2, Phase.FAILED)), ""),
        (
            (build(1, Phase.OPEN), build(2, Phase.OPEN)),
            "as many builds as acme may have are under way: 2",
        ),
        (
            tuple(build(number, Phase.OPEN) for number in range(4)),
            "as many builds as allowed are under way: 4",
        ),
    ],
)
async def test_what_nobody_knows_may_wait_for_a_limit(
    asking: Asking, builds: tuple[Build, ...], limit: str
) -> None:
    await asking.known(*builds)
    view = await asking.of(Target(FUNCTION, "f" * 32))
    assert (view.build, view.letter, view.limit) == (None, None, limit)
    elsewhere = await asking.of(Target(FunctionId("globex", "f"), "f" * 32))
    assert elsewhere.limit == ("" if "acme" in limit else limit)


@pytest.mark.parametrize("keeps_letters", [True, False])
@pytest.mark.parametrize(
    "target", [Target(FUNCTION), Target(None, "ffff"), Target(None, names.job(FUNCTION, "f" * 32))]
)
async def test_what_names_no_build_in_full_is_refused_as_by_other_commands(
    asking: Asking, target: Target, *, keeps_letters: bool
) -> None:
    asking.keeps_letters = keeps_letters
    asking.letters = [completion(ONE)]
    with pytest.raises(UnknownTargetError, match="what to do: see"):
        await asking.of(target)


async def test_letters_that_cannot_be_read_or_are_about_no_build_are_passed_over(
    asking: Asking,
) -> None:
    asking.letters = [
        Letter(id="a", message=Message(b"\xff")),
        attrs.evolve(completion(ONE), id="b", message=Message(b"{}", "application/json")),
        start(),
        Letter(id="c", message=Message(b"nothing")),
    ]
    view = await asking.of(Target(None, STARTED))
    assert view.letter is not None
    assert view.letter.letter.id == "of start-1"
