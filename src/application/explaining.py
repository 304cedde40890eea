"""All there is to see of one build, gathered from wherever some of it is left."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import attrs

from knative_lambda.application.finding import Finding, Target, UnknownTargetError
from knative_lambda.application.letters_about import LettersAbout
from knative_lambda.application.limit_reached import LimitReached
from knative_lambda.application.log_end import LogEnd
from knative_lambda.application.overview import Overview
from knative_lambda.domain import names
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.ids import is_request_id
from knative_lambda.domain.record import Build, Record
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.build_view import BuildView, GivenUp, Places
from knative_lambda.ports.job_sight import Happening, JobSight, SeenJob

_JOB: Final = "its Job and pod"
_EVENTS: Final = "Events of its Job and pod"
_LETTERS: Final = "dead letters"
_GONE: Final = "not there any more"
_NO_EVENTS: Final = "there are none any more; most clusters keep them for an hour"
_T = TypeVar("_T")


@attrs.frozen(kw_only=True)
class Explaining:
    """Looks everywhere at once, and changes nothing; what cannot be seen is told as that.

    Attributes:
        letters: `None` where no dead letters are kept.
    """

    finding: Finding
    overview: Overview
    sight: JobSight
    log: LogEnd
    letters: LettersAbout | None
    limit: LimitReached
    places: Places

    async def of(self, target: Target) -> BuildView:
        """The build that *target* means; of a function, its newest.

        What no record has, but is named by a whole id or by its function, may have been given up.

        Raises:
            UnknownTargetError: It means none, or several.
            SetupError: The records may not be read.
            TransientError: They cannot be reached.
        """
        try:
            record, build = await self.finding.build_of(target)
        except UnknownTargetError:
            view = await self._of_unknown(target)
            if view is None:
                raise
            return view
        return await self._of_known(record, build)

    async def _of_unknown(self, target: Target) -> BuildView | None:
        if target.build is not None and not is_request_id(target.build):
            return None
        unseen = _Unseen()
        letter = await unseen.trying(_LETTERS, self._letter(target))
        build_id, function = target.build, target.function
        if letter is not None and self.letters is not None:
            build_id = build_id or self.letters.build_of(letter)
            function = function or letter.reading.function
        if build_id is None:
            return None
        tenant = function.third_party_id if function is not None else None
        return BuildView(
            build_id=build_id,
            function=function,
            letter=letter,
            limit=await self.limit.of(tenant) if letter is None else "",
            unseen=tuple(unseen.told),
            places=self.places,
        )

    async def _of_known(self, record: Record, build: Build) -> BuildView:
        meant, notes = Target(record.function, build.id), [_Unseen(build.id) for _ in range(3)]
        of_job, of_log, of_letters = notes
        (job, happenings), log, letter, view = await asyncio.gather(
            self._job(record, build, of_job),
            self._log(record, build, of_log),
            # What is settled has had all that it needs: nothing of it can have been given up.
            of_letters.trying(_LETTERS, _nothing() if build.settled else self._letter(meant)),
            self.overview.of(record),
        )
        return BuildView(
            build_id=build.id,
            function=record.function,
            view=view,
            job=job,
            happenings=happenings,
            log=log,
            letter=letter,
            unseen=tuple(text for note in notes for text in note.told),
            places=self.places,
        )

    async def _letter(self, target: Target) -> GivenUp | None:
        return await self.letters.of(target) if self.letters is not None else None

    async def _job(
        self, record: Record, build: Build, unseen: "_Unseen"
    ) -> tuple[SeenJob | None, tuple[Happening, ...]]:
        if not _had_job(build):
            return None, ()
        name = names.job(record.function, build.id)
        job = await unseen.trying(_JOB, self.sight.look(name), otherwise=_GONE)
        pods = [pod.name for pod in job.pods] if job is not None else []
        otherwise = _NO_EVENTS if self.places.builds else ""
        told = await unseen.trying(_EVENTS, self.sight.happenings(name, pods), otherwise)
        return job, tuple(told or ())

    async def _log(self, record: Record, build: Build, unseen: "_Unseen") -> tuple[str, ...]:
        if not _was_made(build):
            return ()
        return await unseen.trying("its log", self.log.of(record.function, build.id)) or ()


@attrs.frozen
class _Unseen:
    """What could not be seen, and why."""

    build_id: str = ""
    told: list[str] = attrs.field(factory=list)

    async def trying(self, what: str, look: Awaitable[_T], otherwise: str = "") -> _T | None:
        """What *look* sees; it is told if it cannot, or sees nothing and *otherwise* says why."""
        try:
            seen = await look
        except BuilderError as error:
            # Of which build it is the error, is clear here.
            self.told.append(f"{what}: {str(error).removeprefix(f'{self.build_id}: ')}")
            return None
        if not seen and otherwise:
            self.told.append(f"{what}: {otherwise}")
        return seen


def _was_made(build: Build) -> bool:
    cached = build.outcome is not None and build.outcome.cached
    return build.content is not None and not cached


def _had_job(build: Build) -> bool:
    return _was_made(build) and build.strategy is not Strategy.APPEND


async def _nothing() -> None:
    return None
