"""What goes with a Service: made and rewritten in one call each, where all is as expected."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import attrs

from knative_lambda.adapters.knative import patches
from knative_lambda.adapters.knative.sight import key_of, owner_of, staying
from knative_lambda.adapters.kubernetes.objects import Object, Objects
from knative_lambda.adapters.templates.templates import Manifest
from knative_lambda.domain import labels
from knative_lambda.domain.errors import ConflictError, PermanentError, TransientError
from knative_lambda.domain.keys import Key
from knative_lambda.domain.rejection import Rejection

_ROUNDS: Final = 10  # in which others may be quicker, before it is left for later


@attrs.frozen
class Companion:
    """An object as it should be.

    Attributes:
        objects: Those of its kind.
        key: Of the desire it is written for; *manifest* bears it too.
        owner: The uid of the Service it belongs to.
        lasting: Paths to what cannot be changed once it is there.
        lags: Whether its key may stay behind while nothing else about it is to be changed.
    """

    objects: Objects
    manifest: Manifest
    key: Key
    owner: str
    lasting: Sequence[Sequence[str]] = ()
    lags: bool = False

    @property
    def name(self) -> str:
        """Of the object."""
        return str(self.manifest["metadata"]["name"])

    def __str__(self) -> str:
        """As errors name it."""
        return f"{self.objects.kind} {self.name}"


@attrs.frozen
class Companions:
    """Brings companions to what they should be; several replicas may do so at once.

    Attributes:
        services: Those that companions belong to.
    """

    services: Objects

    async def make(self, wanted: Companion) -> None:
        """Make it, as one that is most likely not there yet."""
        if not await self._made(wanted):
            await self.keep(wanted)

    async def renew(self, wanted: Companion, over: Key) -> bool:
        """Rewrite it, if it was written for *over* and has the same owner; whether it was so."""
        tests = patches.over_key(over) + patches.of_owner(wanted.owner)
        return await self._patched(wanted, tests + patches.where(wanted.manifest, wanted.lasting))

    async def keep(self, wanted: Companion) -> None:
        """See what is there, and bring it to what it should be.

        Raises:
            PermanentError: There is one of that name that is not ours.
        """
        for _ in range(_ROUNDS):
            seen = await wanted.objects.get(wanted.name)
            if seen is None:
                done = await self._made(wanted)
            else:
                done = await self._is_past(wanted, seen) or await self._brought(wanted, seen)
            if done:
                return
        raise TransientError(f"{wanted}: others keep writing to it")

    async def _is_past(self, wanted: Companion, seen: Object) -> bool:
        """Whether what is there was written by somebody who knows more than we do."""
        key = key_of(seen)
        if key is None:
            kind = wanted.manifest["kind"]
            detail = f"{kind}: {wanted.name}: a {kind} of that name exists and is not ours"
            raise PermanentError(Rejection.FOREIGN_SERVICE, detail)
        if key != wanted.key:
            return key > wanted.key
        if owner_of(seen) == wanted.owner:
            return False
        # One of the two owners is gone, and what belongs to it is going too.
        owner = wanted.manifest["metadata"]["ownerReferences"][0]["name"]
        service = await self.services.get(owner)
        return service is None or service["metadata"]["uid"] != wanted.owner

    async def _brought(self, wanted: Companion, seen: Object) -> bool:
        metadata, manifest = seen["metadata"], wanted.manifest
        staying(seen, str(wanted))
        if _contains(seen, _without_key(manifest) if wanted.lags else manifest):
            return True
        if any(patches.at(seen, path) != patches.at(manifest, path) for path in wanted.lasting):
            with suppress(ConflictError):
                uid, version = metadata["uid"], metadata["resourceVersion"]
                await wanted.objects.delete(wanted.name, uid=uid, resourceVersion=version)
            return False
        return await self._patched(wanted, patches.over_version(metadata["resourceVersion"]))

    async def _made(self, wanted: Companion) -> bool:
        try:
            await wanted.objects.create(wanted.manifest)
        except ConflictError:
            return False
        return True

    async def _patched(self, wanted: Companion, tests: patches.Patch) -> bool:
        patch = tests + patches.rewritten(wanted.manifest)
        try:
            left = await wanted.objects.patch(wanted.name, patch)
        except ConflictError:
            return False
        staying(left, str(wanted))
        return True


def _without_key(manifest: Manifest) -> Manifest:
    annotations = manifest["metadata"]["annotations"]
    others = {name: value for name, value in annotations.items() if name != labels.KEY}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": others}}


def _contains(seen: object, wanted: object) -> bool:
    """Whether *seen* says all that *wanted* does; others may add to objects, and not to lists."""
    if isinstance(seen, dict) and isinstance(wanted, dict):
        return all(name in seen and _contains(seen[name], wanted[name]) for name in wanted)
    return seen == wanted
