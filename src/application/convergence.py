"""Making what is served equal to what a record desires: level-triggered, every write fenced."""

from collections.abc import Awaitable
from typing import Final

import attrs

from knative_lambda.domain import announcement, names
from knative_lambda.domain.errors import ConflictError, PermanentError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.images import Images
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Desired, DesiredKind, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.records import Records
from knative_lambda.ports.service_deployer import Service, ServiceDeployer, ServiceSpec

_ROUNDS: Final = 20  # in which others may be quicker, before it is left for later


@attrs.frozen
class Convergence:
    """Brings Services to their records; any number of replicas may do so at once."""

    records: Records
    deployer: ServiceDeployer
    publisher: EventPublisher
    images: Images

    async def run(self, record: Record, replaces: Key | None, *, prune: bool) -> Service | None:
        """Converge to *record*, or to whatever has taken its place meanwhile; what then serves.

        Args:
            record: As it was just read or written.
            replaces: The key the Service most likely carries; spares a look.
            prune: Look for Triggers that are no longer wanted.

        Raises:
            TransientError: The cluster cannot be reached, or others keep writing.
            PermanentError: What is desired cannot be served; `service.failed` has said so.
        """
        function, desired = record.function, record.desired
        for _ in range(_ROUNDS):
            if desired is None:
                return None
            try:
                owner = await self._or_told(
                    function, desired, self._write(function, desired, replaces)
                )
            except ConflictError:
                owner = None
            else:
                if owner is None:
                    return None
            # Whatever was decided meanwhile must not get the Triggers of an older desire.
            replaces = None
            newest = (await self.records.read(function)).record.desired
            if owner is not None and newest == desired:
                spec = self._spec(function, desired)
                await self._or_told(function, desired, self._bind(spec, owner, prune=prune))
                return owner
            desired = newest
        raise TransientError(f"{names.service(function)}: others keep writing to it")

    async def _or_told(
        self, function: FunctionId, desired: Desired, work: Awaitable[Service | None]
    ) -> Service | None:
        """What *work* gives; if it can never be done, `service.failed` says so."""
        try:
            return await work
        except PermanentError as error:
            await self.publisher.publish(
                announcement.service_failed(function, desired, error.detail)
            )
            raise

    async def _bind(self, spec: ServiceSpec, owner: Service, *, prune: bool) -> None:
        await self.deployer.bind(spec, owner)
        if prune:
            await self.deployer.prune(spec)

    async def _write(
        self, function: FunctionId, desired: Desired, replaces: Key | None
    ) -> Service | None:
        """The Service that now carries the key of *desired*; `None` if there is none."""
        if desired.kind is DesiredKind.DELETED:
            seen = await self._look(function)
            if seen is not None and _key(seen) < desired.key:
                await self.deployer.delete(seen)
            return None
        spec = self._spec(function, desired)
        if replaces is not None:
            return await self.deployer.patch(spec, replaces)
        try:
            return await self.deployer.create(spec)
        except ConflictError:
            seen = await self._look(function)
        if seen is None:
            raise ConflictError(spec.name)  # it went in between: start again
        if _key(seen) < desired.key:
            return await self.deployer.patch(spec, _key(seen))
        return seen if seen.key == desired.key else None

    async def _look(self, function: FunctionId) -> Service | None:
        seen = await self.deployer.look(names.service(function))
        if seen is not None and seen.key is None:
            detail = f"service: {seen.name}: a Service of that name exists and is not ours"
            raise PermanentError(Rejection.FOREIGN_SERVICE, detail)
        return seen

    def _spec(self, function: FunctionId, desired: Desired) -> ServiceSpec:
        config = desired.config or FunctionConfig()
        return ServiceSpec(
            name=names.service(function),
            function=function,
            build_id=desired.build or "",
            key=desired.key,
            image=self.images.pulled(desired.image or "", desired.digest or ""),
            config=config,
            triggers=tuple(
                (names.trigger(function, trigger.attributes), trigger.attributes)
                for trigger in config.triggers
            ),
        )


def _key(service: Service) -> Key:
    return service.key or Key(0, "")
