"""Who owns which fields of an object: its `managedFields`, read and written."""

from typing import Final

import attrs
from support.kubernetes.fields import Path, decoded, encoded, leaves
from support.kubernetes.resources import Object, Resource

APPLY: Final = "Apply"
UPDATE: Final = "Update"


@attrs.frozen
class Manager:
    """One who writes objects.

    Attributes:
        operation: Whether it applies or updates; who does both is two managers.
    """

    name: str
    operation: str


@attrs.define
class Owners:
    """What each manager owns, in the order in which they came."""

    owned: dict[Manager, set[Path]]

    @classmethod
    def of(cls, found: Object | None) -> "Owners":
        """As *found* says it."""
        entries = found["metadata"].get("managedFields") or [] if found else []
        return cls(
            {
                Manager(each["manager"], each["operation"]): decoded(each["fieldsV1"])
                for each in entries
            }
        )

    def other(self, manager: Manager, path: Path) -> list[Manager]:
        """Who else owns *path*."""
        return [each for each, paths in self.owned.items() if each != manager and path in paths]

    def take(self, manager: Manager, paths: set[Path]) -> None:
        """Of those paths, nobody else owns any more."""
        for each in self.owned:
            if each != manager:
                self.owned[each] -= paths

    def updated(
        self, manager: Manager, resource: Resource, before: Object | None, new: Object
    ) -> None:
        """*manager* has put *new* in place of *before*: what differs is its own."""
        was = leaves(resource, before) if before else {}
        now = leaves(resource, new)
        changed = {path for path, value in now.items() if path not in was or was[path] != value}
        self.take(manager, changed | (set(was) - set(now)))
        self.owned[manager] = (self.owned.get(manager, set()) & set(now)) | changed

    def write(self, new: Object, before: Object | None, resource: Resource, now: str) -> None:
        """Write it into *new*; who owns what he owned before, owns it since then."""
        old = {
            (each["manager"], each["operation"]): each
            for each in (before["metadata"].get("managedFields") or [] if before else [])
        }
        entries = []
        for manager, paths in self.owned.items():
            if not paths:
                continue
            tree = encoded(paths)
            entry = old.get((manager.name, manager.operation))
            if entry is None or entry["fieldsV1"] != tree:
                entry = {
                    "manager": manager.name,
                    "operation": manager.operation,
                    "apiVersion": resource.api_version,
                    "time": now,
                    "fieldsType": "FieldsV1",
                    "fieldsV1": tree,
                }
            entries.append(entry)
        new["metadata"].pop("managedFields", None)
        if entries:
            new["metadata"]["managedFields"] = entries
