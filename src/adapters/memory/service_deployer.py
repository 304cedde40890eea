"""Services in memory: specs, uids and versions, and the companions that go with their owner."""

from collections.abc import Mapping

import attrs

from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.keys import Key
from knative_lambda.ports.service_deployer import Service, ServiceDeployer, ServiceSpec

Attributes = tuple[tuple[str, str], ...]


@attrs.define
class MemoryServiceDeployer(ServiceDeployer):
    """Everything is ready at once.

    Attributes:
        specs: What each Service was last told to serve; `None` for one that is not ours.
    """

    specs: dict[str, ServiceSpec | None] = attrs.field(factory=dict)
    _seen: dict[str, Service] = attrs.field(factory=dict)
    _triggers: dict[str, dict[str, tuple[Attributes, Key]]] = attrs.field(factory=dict)
    _writes: int = 0

    async def look(self, name: str) -> Service | None:
        """As it is."""
        return self._seen.get(name)

    async def create(self, spec: ServiceSpec) -> Service:
        """Make it, with a uid of its own."""
        if spec.name in self._seen:
            message = f"{spec.name} exists"
            raise ConflictError(message)
        self._writes += 1
        return self._put(spec, f"uid-{self._writes}")

    async def patch(self, spec: ServiceSpec, expected: Key) -> Service:
        """Write over the key that is expected."""
        seen = self._seen.get(spec.name)
        if seen is None or seen.key != expected:
            message = f"{spec.name} is not at {expected}"
            raise ConflictError(message)
        self._writes += 1
        return self._put(spec, seen.uid)

    def _put(self, spec: ServiceSpec, uid: str) -> Service:
        service = Service(
            name=spec.name,
            uid=uid,
            version=str(self._writes),
            key=spec.key,
            ready=True,
            url=f"memory:{spec.name}",
        )
        self._seen[spec.name] = service
        self.specs[spec.name] = spec
        return service

    def plant(self, name: str) -> None:
        """Put a Service there that is not ours."""
        self._writes += 1
        self._seen[name] = Service(
            name=name, uid=f"uid-{self._writes}", version=str(self._writes), key=None
        )
        self.specs[name] = None

    async def delete(self, seen: Service) -> None:
        """Remove that very object, and what it owns."""
        present = self._seen.get(seen.name)
        if present is None:
            return
        if (present.uid, present.version) != (seen.uid, seen.version):
            message = f"{seen.name} has changed"
            raise ConflictError(message)
        del self._seen[seen.name], self.specs[seen.name]
        self._triggers.pop(seen.uid, None)

    async def bind(self, spec: ServiceSpec, owner: Service) -> None:
        """Make the Triggers; those of an owner that is gone are collected at once."""
        present = self._seen.get(spec.name)
        if present is None or present.uid != owner.uid:
            return
        bound = self._triggers.setdefault(owner.uid, {})
        for name, attributes in spec.triggers:
            _, key = bound.get(name, ((), spec.key))
            bound[name] = (attributes, max(key, spec.key))

    async def prune(self, spec: ServiceSpec) -> None:
        """Remove what is older and not wanted."""
        present = self._seen.get(spec.name)
        wanted = {name for name, _ in spec.triggers}
        bound = self._triggers.get(present.uid, {}) if present is not None else {}
        for name, (_, key) in list(bound.items()):
            if name not in wanted and key <= spec.key:
                del bound[name]

    def triggers(self, name: str) -> Mapping[str, Attributes]:
        """The filters of the Triggers that lead to the Service *name*."""
        present = self._seen.get(name)
        bound = self._triggers.get(present.uid, {}) if present is not None else {}
        return {trigger: attributes for trigger, (attributes, _) in bound.items()}
