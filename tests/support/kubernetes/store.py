"""What the API server keeps: the objects, and every change of them under a counting version."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Final, TypeVar

import attrs
from support.kubernetes.resources import Object, Resource

SECOND: Final = 1_000_000_000

Address = tuple[Resource, str, str]  # with the namespace, empty for none, and the name


def instant(at: int) -> str:
    """*at*, nanoseconds since 1970, as objects tell it."""
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(text: str) -> int:
    """The instant that *text* tells, in nanoseconds since 1970."""
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


Json = TypeVar("Json")


def copied(found: Json) -> Json:
    """A copy of JSON; `copy.deepcopy` takes five times as long, since it may meet anything."""
    if isinstance(found, dict):
        return {name: copied(value) for name, value in found.items()}  # type: ignore[return-value]  # a dict for a dict
    if isinstance(found, list):
        return [copied(each) for each in found]  # type: ignore[return-value]  # a list for a list
    return found


@attrs.frozen
class Change:
    """One write.

    Attributes:
        version: Under which it can be watched from.
        at: When it was, in nanoseconds since 1970.
        before: `None` if it made the object.
        after: The object; if it was removed, as it last was, with the version of its removal.
    """

    version: int
    at: int
    address: Address
    before: Object | None
    after: Object
    removed: bool = False


_FIRST: Final = 1000


@attrs.define(eq=False)
class Store:
    """Objects by address. What goes in and out are copies."""

    clock: Callable[[], int]
    _random: Random = attrs.field(factory=lambda: Random(0))  # noqa: S311 - to be repeatable
    _objects: dict[Address, Object] = attrs.field(factory=dict, init=False)
    changes: list[Change] = attrs.field(factory=list, init=False)
    version: int = attrs.field(default=_FIRST, init=False)
    compacted: int = attrs.field(default=0, init=False)
    _stir: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    def get(self, address: Address) -> Object | None:
        """The object there."""
        return copied(self._objects.get(address))

    def peek(self, address: Address) -> Object | None:
        """The same object, not to be changed: where many are looked at, copies take long."""
        return self._objects.get(address)

    def all(self, resource: Resource, namespace: str = "") -> list[Object]:
        """All in that namespace, or everywhere, in the order of their addresses."""
        found = [
            (address[1:], kept)
            for address, kept in self._objects.items()
            if address[0] == resource and namespace in ("", address[1])
        ]
        return [copied(kept) for _, kept in sorted(found, key=lambda each: each[0])]

    def everything(self) -> Iterator[tuple[Address, Object]]:
        """Every object; not to be changed."""
        return iter(list(self._objects.items()))

    def since(self, version: int) -> list[Change]:
        """What has changed since then, in order; each change has the version after the last."""
        return self.changes[max(0, version - _FIRST) :]

    def at_version(self, resource: Resource, namespace: str, version: int) -> list[Object]:
        """What `all` gave when *version* was the newest."""
        found: dict[Address, Object] = {}
        for change in self.changes:
            if change.version <= version and change.address[0] == resource:
                found[change.address] = change.after
                if change.removed:
                    del found[change.address]
        kept = sorted(found.items(), key=lambda each: each[0][1:])
        return [copied(each) for address, each in kept if namespace in ("", address[1])]

    def insert(self, address: Address, new: Object) -> Object:
        """Keep a new object, which gets a uid and a time of creation if it has none."""
        new = copied(new)
        metadata = new.setdefault("metadata", {})
        metadata["name"] = address[2]
        if address[1]:
            metadata["namespace"] = address[1]
        metadata.setdefault("uid", self.new_uid())
        metadata.setdefault("creationTimestamp", instant(self.clock()))
        if address[0].generation:
            metadata["generation"] = 1
        return self._put(address, None, new)

    def replace(self, address: Address, new: Object) -> Object:
        """Keep *new* in place of what is there, whose version it takes if nothing is different."""
        before = self._objects[address]
        new = copied(new)
        new["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"]
        if new == before:
            return new
        if address[0].generation and _asked(new) != _asked(before):
            new["metadata"]["generation"] = before["metadata"].get("generation", 0) + 1
        return self._put(address, before, new)

    def remove(self, address: Address) -> Object:
        """Keep it no longer; it is given as it last was."""
        before = self._objects.pop(address)
        after = copied(before)
        self.version += 1
        after["metadata"]["resourceVersion"] = str(self.version)
        self._tell(Change(self.version, self.clock(), address, before, after, removed=True))
        return copied(before)

    async def changed(self) -> None:
        """Wait for the next change, or for somebody who stirs."""
        await self._stir.wait()

    def stir(self) -> None:
        """Wake everybody who waits for a change."""
        self._stir.set()
        self._stir = asyncio.Event()

    def new_uid(self) -> str:
        """One that no object has."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def suffix(self) -> str:
        """The five characters that end a generated name."""
        return "".join(self._random.choices("bcdfghjklmnpqrstvwxz2456789", k=5))

    def _put(self, address: Address, before: Object | None, new: Object) -> Object:
        self.version += 1
        new["metadata"]["resourceVersion"] = str(self.version)
        self._objects[address] = new
        self._tell(Change(self.version, self.clock(), address, before, copied(new)))
        return copied(new)

    def _tell(self, change: Change) -> None:
        self.changes.append(change)
        self.stir()


def _asked(found: Object) -> Object:
    return {name: value for name, value in found.items() if name not in ("metadata", "status")}
