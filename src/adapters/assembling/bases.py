"""Base images by their names: asked for at their own registries now and then, and copied once."""

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

import attrs

from knative_lambda.adapters.assembling.base import Base
from knative_lambda.adapters.assembling.base_name import BaseName
from knative_lambda.adapters.assembling.copies import Copies
from knative_lambda.adapters.assembling.documents import UnreadableError
from knative_lambda.adapters.assembling.origin import Origin, UnreachableError
from knative_lambda.adapters.assembling.reading import read
from knative_lambda.adapters.oci.repository import Repository
from knative_lambda.ports.image_assembler import CannotAppendError

REMEMBERED: Final = 600.0  # seconds, for which a name means the same image
REFUSED: Final = 60.0  # seconds, for which one that is not to be had is not asked for again
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
        origin: Gives the repository of a name.
        clock: Seconds.
    """

    copies: Copies
    origin: Callable[[BaseName], Repository]
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
                answer = await self._asked(BaseName.parse(image), answer)
                self._remember(image, answer)
        if isinstance(answer.found, CannotAppendError):
            raise CannotAppendError(str(answer.found)) from answer.found
        return answer.found

    async def _asked(self, name: BaseName, before: _Answer | None) -> _Answer:
        try:
            found = await self._current(name, before.base if before is not None else None)
        except CannotAppendError as error:
            return _Answer(error, self.clock() + REFUSED)
        return _Answer(found, self.clock() + REMEMBERED)

    async def _current(self, name: BaseName, before: Base | None) -> Base:
        try:
            return await self._original(name, before)
        except UnreachableError:
            base = before or await self.copies.last(name)
            if base is None:
                raise
            return base

    async def _original(self, name: BaseName, before: Base | None) -> Base:
        if name.is_pinned and (copy := await self.copies.find(name, name.reference)) is not None:
            return copy
        origin = Origin(self.origin(name))
        manifest = await origin.manifest(name.reference)
        if manifest is None:
            raise CannotAppendError("the base image is not there")
        if before is not None and before.digest == manifest.digest:
            return before
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
