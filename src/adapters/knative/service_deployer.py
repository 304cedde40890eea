"""The port, on Knative."""

from typing import Final

import attrs

from knative_lambda.adapters.knative import patches
from knative_lambda.adapters.knative.companions import Companion, Companions
from knative_lambda.adapters.knative.manifests import Manifests
from knative_lambda.adapters.knative.objects import ServingObjects, marks_of
from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.sight import Written, key_of, service_of, written
from knative_lambda.adapters.kubernetes.api import KubernetesApi
from knative_lambda.adapters.kubernetes.objects import Object
from knative_lambda.domain.errors import ConflictError, TransientError
from knative_lambda.domain.keys import Key
from knative_lambda.ports.service_deployer import Service, ServiceDeployer, ServiceSpec

_LASTING: Final = (("spec", "broker"), ("spec", "filter", "attributes"))
_ROUNDS: Final = 10  # in which others may be quicker, before it is left for later


@attrs.frozen
class KnativeServiceDeployer(ServiceDeployer):
    """Keeps nothing; each fence is the API server's.

    All raise `SetupError` where the cluster lacks something, or a permission.
    """

    api: KubernetesApi
    place: Place
    _objects: ServingObjects = attrs.field(init=False)
    _companions: Companions = attrs.field(init=False)
    _manifests: Manifests = attrs.field(init=False)

    @_objects.default
    def _through_the_api(self) -> ServingObjects:
        return ServingObjects.of(self.api, self.place)

    @_companions.default
    def _among_the_objects(self) -> Companions:
        return Companions(self._objects.services)

    @_manifests.default
    def _for_the_place(self) -> Manifests:
        return Manifests(self.place)

    async def look(self, name: str) -> Service | None:
        """Read it.

        Raises:
            TransientError: It is being deleted, or the cluster cannot be reached.
        """
        found = await self._objects.services.get(name)
        return service_of(found) if found is not None else None

    async def create(self, spec: ServiceSpec) -> Service:
        """Post it: never an apply, which would overwrite."""
        made = await self._objects.services.create(self._manifests.service(spec))
        return written(made, over=None)

    async def patch(self, spec: ServiceSpec, expected: Key) -> Service:
        """Patch it under a test of its key, and leave Knative's annotations as they are."""
        manifest = self._manifests.service(spec)
        patch = patches.over_key(expected) + patches.relabelled(manifest)
        patch += patches.rewritten(manifest)
        return written(await self._objects.services.patch(spec.name, patch), over=expected)

    async def delete(self, seen: Service) -> None:
        """Delete it; Kubernetes collects what it owned, in the background."""
        await self._objects.services.delete(seen.name, uid=seen.uid, resourceVersion=seen.version)

    async def bind(self, spec: ServiceSpec, owner: Service) -> None:
        """Make or rewrite what goes with it; one call for each, where all is as expected.

        The ServiceAccount is made first: whoever finds a Trigger as expected need not look for it.

        Raises:
            PermanentError: There is one of that name that is not ours.
        """
        account, triggers = self._account(spec, owner), self._triggers(spec, owner)
        if not isinstance(owner, Written):
            for each in (account, *triggers):
                await self._companions.keep(each)
            return
        if owner.over is None:
            left = triggers
            await self._companions.make(account)
        else:
            left = [each for each in triggers if not await self._companions.renew(each, owner.over)]
            if len(left) == len(triggers):
                await self._companions.keep(account)
        for each in left:
            await self._companions.make(each)

    async def prune(self, spec: ServiceSpec) -> None:
        """List them, and delete each that is older and not wanted, as it was seen."""
        for _ in range(_ROUNDS):
            if all([await self._gone(each) for each in await self._unwanted(spec)]):
                return
        raise TransientError(f"the Triggers of {spec.name}: others keep writing to them")

    async def _unwanted(self, spec: ServiceSpec) -> list[Object]:
        wanted = {name for name, _ in spec.triggers}
        return [
            each
            for each in await self._objects.triggers.list(marks_of(spec.function))
            if each["metadata"]["name"] not in wanted
            and not each["metadata"].get("deletionTimestamp")
            and (key := key_of(each)) is not None
            and key <= spec.key
        ]

    async def _gone(self, trigger: Object) -> bool:
        metadata = trigger["metadata"]
        name, uid, version = (metadata[field] for field in ("name", "uid", "resourceVersion"))
        try:
            await self._objects.triggers.delete(name, uid=uid, resourceVersion=version)
        except ConflictError:
            return False
        return True

    def _account(self, spec: ServiceSpec, owner: Service) -> Companion:
        manifest = self._manifests.service_account(spec, owner)
        return Companion(self._objects.accounts, manifest, spec.key, owner.uid, lags=True)

    def _triggers(self, spec: ServiceSpec, owner: Service) -> list[Companion]:
        return [
            Companion(
                self._objects.triggers,
                self._manifests.trigger(spec, owner, name, attributes),
                spec.key,
                owner.uid,
                _LASTING,
            )
            for name, attributes in spec.triggers
        ]
