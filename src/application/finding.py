"""Which function, and which of its builds, somebody means by what stands on a command line."""

from typing import Final

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Build, Phase, Record
from knative_lambda.ports.records import Records

_SHORTEST: Final = 4  # characters of how an id begins


class UnknownTargetError(BuilderError):
    """Nothing is known of what is meant, or it may mean several; the message says what to do."""


@attrs.frozen
class Target:
    """What is meant: at least one of the two.

    Attributes:
        build: The id of a build or how that begins, or the name of its Job.
    """

    function: FunctionId | None = None
    build: str | None = None

    def __str__(self) -> str:
        function = self.function
        of = f"{function.third_party_id}/{function.parser_id}" if function is not None else ""
        return " of ".join(part for part in (self.build, of) if part)


@attrs.frozen
class Found:
    """What was meant; *build* if one was."""

    record: Record
    build: Build | None


@attrs.frozen
class Finding:
    """Looks in the records; without a function to begin with, in all of them."""

    records: Records

    async def of(self, target: Target) -> Found:
        """What *target* means.

        Raises:
            UnknownTargetError: Nothing, or several things.
            SetupError: The records may not be read.
            TransientError: They cannot be reached.
        """
        if target.function is not None:
            stored = await self.records.read(target.function)
            if stored.version is None:
                raise UnknownTargetError(
                    f"{target}: nothing is known of that function; what to do: "
                    "see `knative-lambda list`, or submit it"
                )
            known = [stored.record]
        else:
            known = [stored.record for stored in await self.records.list()]
        if target.build is None:
            return Found(known[0], None)
        return _one(target, [found for record in known for found in _meant(record, target.build)])

    async def build_of(self, target: Target, *, running: bool = False) -> tuple[Record, Build]:
        """The build that *target* means; of a function, the newest, perhaps only if *running*.

        Raises:
            UnknownTargetError: As for `of`; or there is no such build.
            SetupError: As for `of`.
            TransientError: As for `of`.
        """
        found = await self.of(target)
        if found.build is not None:
            return found.record, found.build
        builds = found.record.builds.values()
        some = [build for build in builds if not running or build.phase is Phase.OPEN]
        if not some:
            what = "is being built" if running else "was ever built"
            raise UnknownTargetError(
                f"{target}: nothing of it {what}; what to do: see `knative-lambda status {target}`"
            )
        return found.record, max(some, key=lambda build: build.key)


def _meant(record: Record, text: str) -> list[Found]:
    return [
        Found(record, build)
        for build in record.builds.values()
        if text == names.job(record.function, build.id)
        or (len(text) >= _SHORTEST and build.id.startswith(text))
    ]


def _one(target: Target, found: list[Found]) -> Found:
    if not found:
        raise UnknownTargetError(
            f"{target}: no build of that id is known; what to do: see `knative-lambda list`, "
            "and `knative-lambda status` of its function"
        )
    if len(found) > 1:
        ids = ", ".join(sorted(one.build.id for one in found if one.build is not None))
        raise UnknownTargetError(f"{target}: begins the ids of several builds: {ids}")
    return found[0]
