"""Records as ConfigMaps, one for each function."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from knative_lambda.adapters.kubernetes.api import KubernetesApi
from knative_lambda.adapters.kubernetes.kinds import CONFIG_MAPS
from knative_lambda.adapters.kubernetes.objects import Object, Objects
from knative_lambda.domain import labels, names
from knative_lambda.domain.errors import ConflictError, PermanentError, SetupError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports import record_form
from knative_lambda.ports.records import Kept, Records, StoredRecord

_COMPONENT: Final = "record"
_OURS: Final = {labels.MANAGED_BY: labels.MANAGER, labels.COMPONENT: _COMPONENT}
_MARKS: Final = (labels.MANAGED_BY, labels.COMPONENT, labels.THIRD_PARTY, labels.PARSER)
_FIELD: Final = "record"
_PAGE: Final = 50  # records, each of which may be as large as an object can be
_ROOM: Final = (1 << 20) - 1024  # bytes: what Kubernetes lets a ConfigMap hold, but for its labels


@attrs.frozen
class ConfigMapRecords(Records):
    """A version is the `resourceVersion`, which no object of a cluster ever gets again.

    A ConfigMap of a record's name that is not ours, by its labels, is neither read nor written.

    Attributes:
        namespace: That of the builds.
    """

    api: KubernetesApi
    namespace: str

    async def read(self, function: FunctionId) -> StoredRecord:
        """One call.

        Raises:
            PermanentError: The ConfigMap of that name is somebody else's.
            SetupError: It cannot be read, or somebody has written into it.
            TransientError: The API cannot be reached.
        """
        found = await self._objects.get(names.record(function))
        if found is None:
            return StoredRecord(Record(function), None)
        if not _is_of(found, function):
            raise PermanentError(
                Rejection.FORBIDDEN, "something else has the name of this function's record"
            )
        return _stored(found)

    async def write(self, record: Record, version: str | None) -> StoredRecord:
        """One call: a POST without a version, a PUT with it.

        Raises:
            ConflictError: Another version is stored.
            PermanentError: The record has become too large.
            SetupError: It may not be written.
            TransientError: The API cannot be reached; it may have been written all the same.
        """
        manifest = self._manifest(record)
        if version is None:
            written = await self._objects.create(manifest)
        else:
            manifest["metadata"]["resourceVersion"] = version
            written = await self._objects.replace(names.record(record.function), manifest)
        return StoredRecord(record, written["metadata"]["resourceVersion"])

    async def erase(self, function: FunctionId, version: str | None) -> None:
        """One call.

        Raises:
            ConflictError: Another version is stored.
            SetupError: It may not be removed.
            TransientError: The API cannot be reached.
        """
        name = names.record(function)
        if version is None:
            if await self._objects.get(name) is not None:
                raise ConflictError("the record is at some version, not at none")
        elif not await self._objects.delete(name, resourceVersion=version):
            raise ConflictError("the record is at no version any more")

    async def list(self) -> Sequence[StoredRecord]:
        """As `sift`, and all is kept."""
        return await self.sift(lambda stored: stored)

    async def sift(self, keep: Callable[[StoredRecord], Kept]) -> Sequence[Kept]:
        """One call for some dozen records.

        Raises:
            SetupError: They may not be listed, or somebody has written into one.
            TransientError: The API cannot be reached.
        """
        return [keep(_stored(found)) async for found in self._objects.each(_OURS)]

    @property
    def _objects(self) -> Objects:
        return Objects(self.api, CONFIG_MAPS, self.namespace, page=_PAGE)

    def _manifest(self, record: Record) -> dict[str, Any]:
        text = record_form.dump(record)
        if len(text) > _ROOM:
            raise PermanentError(
                Rejection.FORBIDDEN,
                "the record of this function is full: it was built too often in the last 7 days",
            )
        name = names.record(record.function)
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": name,
                "namespace": self.namespace,
                "labels": labels.of_function(record.function, name, _COMPONENT),
            },
            "data": {_FIELD: text},
        }


def _is_of(found: Object, function: FunctionId) -> bool:
    seen = found["metadata"].get("labels", {})
    own = labels.of_function(function, names.record(function), _COMPONENT)
    return all(seen.get(name) == own[name] for name in _MARKS)


def _stored(found: Object) -> StoredRecord:
    metadata = found["metadata"]
    try:
        record = record_form.load(found["data"][_FIELD])
    except Exception as error:  # cattrs raises whatever its hooks raise
        raise SetupError(
            f"ConfigMap {metadata['name']}: holds no record that this version reads: "
            "restore it, or delete it and build the function anew"
        ) from error
    return StoredRecord(record, metadata["resourceVersion"])
