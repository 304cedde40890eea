"""Whether a cancel, a delete or a rollback would do anything, by the function's record."""

from typing import Final

import attrs

from knative_lambda.application.awaiting import InVainError
from knative_lambda.application.finding import Finding, Target, UnknownTargetError
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.ids import FunctionId, is_request_id
from knative_lambda.domain.record import Build, Phase, Record

Data = dict[str, str]
_TOO_LATE: Final = frozenset({Phase.COMPLETE, Phase.FAILED, Phase.SUPERSEDED})
_FORCE: Final = "; --force sends it all the same"
_NO_WAY_BACK: Final = (
    "there is no build to go back to; what to do: name a complete one with --to, as "
    "`knative-lambda status {}` shows them"
)


@attrs.frozen
class Checks:
    """Gives what to send, or says why that would do nothing.

    Records that cannot be read forbid nothing, if the function, and the build, are wholly named.
    Each raises an `UnknownTargetError` or an `InVainError`, that says what to do, or what the
    records raise.

    Attributes:
        force: Whether it is sent whatever the records say.
    """

    finding: Finding
    force: bool

    async def cancel(self, target: Target) -> tuple[FunctionId, Data]:
        """The build that *target* means, if it is not over."""
        try:
            record, build = await self.finding.build_of(target, running=True)
        except BuilderError as error:
            return self._unseen(error, target)
        if build.phase in _TOO_LATE and not self.force:
            raise InVainError(f"{build.id}: is {build.phase.value}: there is nothing to cancel")
        return record.function, {"build_id": build.id}

    async def delete(self, function: FunctionId) -> Data:
        """Nothing more than the function."""
        try:
            await self.finding.of(Target(function))
        except BuilderError as error:
            self._unseen(error, Target(function))
        return {}

    async def rollback(self, function: FunctionId, to: str | None) -> Data:
        """The build *to* go back to, in full; none for the one that was served before."""
        try:
            found = await self.finding.of(Target(function, to))
        except BuilderError as error:
            _, named = self._unseen(error, Target(function, to))
            return {"to": named["build_id"]} if "build_id" in named else {}
        target = found.build or _previous(found.record)
        if not self.force:
            _see_that_it_can_be_served(target, function)
        return {"to": found.build.id} if found.build is not None else {}

    def _unseen(self, error: BuilderError, target: Target) -> tuple[FunctionId, Data]:
        """What *target* names by itself.

        Raises:
            BuilderError: That *error*: it does not name all, or is known to be unknown.
        """
        function, build = target.function, target.build
        named: Data = {}
        if build is not None and is_request_id(build):
            named = {"build_id": build}
        elif build is not None and build.startswith("build-"):
            named = {"job_name": build}
        if function is None or (build is not None and not named):
            raise error
        if isinstance(error, UnknownTargetError) and not self.force:
            raise UnknownTargetError(f"{error}{_FORCE}") from error
        return function, named


def _previous(record: Record) -> Build | None:
    before = record.desired.previous if record.desired is not None else None
    return record.builds.get(before or "")


def _see_that_it_can_be_served(build: Build | None, function: FunctionId) -> None:
    if build is None:
        name = f"{function.third_party_id}/{function.parser_id}"
        raise InVainError(_NO_WAY_BACK.format(name))
    if build.phase is not Phase.COMPLETE:
        raise InVainError(f"{build.id}: is {build.phase.value}: only a complete build is served")
    if build.config is None:
        raise InVainError(f"{build.id}: is too old: how it is to be served is no longer known")
