"""Base images by their names: asked for at their own registries now and then, and copied once."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final
from weakref import WeakValueDictionary

import attrs

from knative_lambda.adapters.assembling.base import Base
from knative_lambda.adapters.assembling.base_name import BaseName
from knative_lambda.adapters.assembling.copies import Copies
from knative_lambda.adapters.assembling.documents import UnreadableError
from knative_lambda.adapters.assembling.origin import Origin, UnreachableError
from knative_lambda.adapters.assembling.reading import read
from knative_lambda.adapters.oci.repository import Manifest, Repository
from knative_lambda.domain.failures import Reason
from knative_lambda.ports.image_assembler import CannotAppendError

REMEMBERED: Final = 600.0  # seconds, for which a name means the same image
REFUSED: Final = 300.0  # seconds, for which one that is not to be had is not asked for again
_MOST: Final = 64  # names; there are as many as runtimes


@attrs.frozen
class _Answer:
    """What a name has come to; seconds tell until when that is not asked again."""

    found: Base | CannotAppendError
    until: float

    @property
    def base(self) -> Base | None:
        """What was found, if it was."""
        return self.found if isinstance(self.found, Base) else None


@attrs.define(eq=False)
class Bases:
    """Where they are found and kept.

    Attributes:
        origins: Gives the repositories that may have what a name means, the best first.
        clock: Seconds.
    """

    copies: Copies
    origins: Callable[[BaseName], Sequence[Repository]]
    clock: Callable[[], float]
    _answers: dict[str, _Answer] = attrs.field(factory=dict, init=False)
    _locks: "WeakValueDictionary[str, asyncio.Lock]" = attrs.field(
        factory=WeakValueDictionary, init=False
    )

    async def find(self, image: str) -> Base:
        """The image of that name, of which we have a copy.

        Raises:
            CannotAppendError: It is not to be had.
            SetupError: Our own registry refuses.
            TransientError: Our own registry cannot be reached.
        """
        async with self._locks.setdefault(image, asyncio.Lock()):
            answer = self._answers.get(image)
            if answer is None or self.clock() >= answer.until:
                answer = await self._asked(image, answer)
                self._remember(image, answer)
        if isinstance(answer.found, CannotAppendError):
            # Another one each time: an error gathers the traces of all that it is raised for.
            failure = answer.found
            raise CannotAppendError(str(failure), failure.reason) from failure.__cause__
        return answer.found

    async def _asked(self, image: str, before: _Answer | None) -> _Answer:
        try:
            found = await self._current(_named(image), before.base if before is not None else None)
        except CannotAppendError as error:
            return _Answer(error, self.clock() + REFUSED)
        return _Answer(found, self.clock() + REMEMBERED)

    async def _current(self, name: BaseName, before: Base | None) -> Base:
        try:
            return await self._original(name)
        except UnreachableError:
            base = before or await self.copies.last(name)
            if base is None:
                raise
            return base

    async def _original(self, name: BaseName) -> Base:
        if name.is_pinned and (copy := await self.copies.find(name, name.reference)) is not None:
            return copy
        failure = CannotAppendError("the base image is not there", Reason.IMAGE_PULL)
        for repository in self.origins(name):
            origin = Origin(repository)
            try:
                manifest = await origin.manifest(name.reference)
                if manifest is not None:
                    return await self._taken(name, origin, manifest)
            except CannotAppendError as error:
                failure = error
        raise failure

    async def _taken(self, name: BaseName, origin: Origin, manifest: Manifest) -> Base:
        """The image of *manifest*, which is copied unless it is here already."""
        # Looked for each time: somebody may have removed the copy that was made.
        copy = await self.copies.find(name, manifest.digest)
        if copy is not None:
            return copy
        try:
            base = await read(origin, manifest)
        except UnreadableError as error:
            message = "the base image is not of a kind that files can be added to"
            raise CannotAppendError(message) from error
        await self.copies.put(name, base, origin)
        return base

    def _remember(self, image: str, answer: _Answer) -> None:
        self._answers.pop(image, None)
        while len(self._answers) >= _MOST:
            del self._answers[next(iter(self._answers))]
        self._answers[image] = answer


def _named(image: str) -> BaseName:
    try:
        return BaseName.parse(image)
    except ValueError as error:
        message = (
            "the name of its base image cannot be read: it must be registry/repository:tag, with "
            "the repository in small letters and no IPv6 address"
        )
        raise CannotAppendError(message) from error
