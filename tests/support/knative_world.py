"""A world whose functions are served by Knative: its API server, in this process, call by call."""

import json
from collections.abc import Mapping
from typing import Any

import attrs
from support.kubernetes import requests, resources, statuses
from support.kubernetes.cluster import FUNCTIONS
from support.kubernetes.garbage import GarbageCollector
from support.kubernetes.gate import Gate
from support.kubernetes.lists import Lists
from support.kubernetes.rbac import Rbac
from support.kubernetes.resources import Object
from support.kubernetes.store import Store
from support.kubernetes.verbs import Verbs
from support.kubernetes.webhooks import Webhooks
from support.world import World

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.knative.sight import key_of, owner_of, service_of
from knative_lambda.adapters.kubernetes.api import JSON, KubernetesApi, Query, Refusal
from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.domain import labels
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.ports.service_deployer import ServiceDeployer, ServiceSpec

PLACE = Place(namespace=FUNCTIONS, broker="default", dead_letter_sink="http://sink.test/")
_SERVICES = resources.named("services.serving.knative.dev")
_TRIGGERS = resources.named("triggers")
_ACCOUNTS = resources.named("serviceaccounts")


@attrs.frozen(eq=False)
class InProcessApi(KubernetesApi):
    """Each call is held up, and goes wrong, as *faults* have it: `api.get`, `api.post`, ..."""

    world: "KnativeWorld"
    faults: Faults

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Query = (),
        content_type: str = JSON,
    ) -> Mapping[str, Any]:
        """Call it."""

        async def answer() -> Mapping[str, Any]:
            return self.world.answer(method, path, body, query, content_type)

        found: Mapping[str, Any] = await self.faults.done(f"api.{method.lower()}", answer)
        return found


@attrs.define
class KnativeWorld(World):
    """Shows what is in the cluster as if it were in memory, so that the same laws look at it."""

    store: Store = attrs.field(init=False)
    verbs: Verbs = attrs.field(init=False)
    writes: int = 0

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.store = Store(self.clock)
        gate = Gate(self.store, Webhooks(), Rbac(self.store))
        self.verbs = Verbs(self.store, gate.admit)
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": FUNCTIONS}}
        self.store.insert((resources.named("namespaces"), "", FUNCTIONS), namespace)

    def deployer_of(self, faults: Faults) -> ServiceDeployer:
        """Knative's, one API call a step."""
        return KnativeServiceDeployer(InProcessApi(self, faults), PLACE)

    def answer(
        self, method: str, path: str, body: object, query: Query, content_type: str
    ) -> Mapping[str, Any]:
        """What the API server does, and sometimes the garbage collector after it."""
        asked = attrs.evolve(
            requests.read(method, path, dict(query)),
            content_type=content_type,
            body=b"" if body is None else json.dumps(body).encode(),
        )
        try:
            if asked.verb == "list":
                return Lists(self.store).list(asked)
            found: Object = getattr(self.verbs, asked.verb)(asked)[1]
        except statuses.Refused as refused:
            said = refused.status
            raise Refusal(said["code"], said.get("reason", ""), said["message"]) from refused
        finally:
            self.writes += method != "GET"
            if self.writes % 3 == 0:
                self.collect()
            self._show()
        return found

    def collect(self) -> None:
        """Let the garbage collector do all that it has to do."""
        GarbageCollector(self.store).collect()

    def left_behind(self) -> list[str]:
        """What belongs to no Service that is there."""
        self.collect()
        uids = {each["metadata"]["uid"] for each in self.store.all(_SERVICES)}
        return [
            each["metadata"]["name"]
            for resource in (_TRIGGERS, _ACCOUNTS)
            for each in self.store.all(resource)
            if owner_of(each) not in uids
        ]

    def without_account(self) -> list[str]:
        """The Services whose pods could not start."""
        accounts = {each["metadata"]["name"] for each in self.store.all(_ACCOUNTS)}
        services = {each["metadata"]["name"] for each in self.store.all(_SERVICES)}
        return sorted(services - accounts)

    def _show(self) -> None:
        """Put what is there where the laws look, and check each Service that was written."""
        before = dict(self.deployer._seen)
        show(self.store, self.deployer)
        for name, seen in self.deployer._seen.items():
            was, spec = before.get(name), self.deployer.specs[name]
            assert spec is not None
            if was is None or was.uid != seen.uid or was.version != seen.version:
                self._check_write(spec, was if was and was.uid == seen.uid else None)


def show(store: Store, deployer: MemoryServiceDeployer) -> None:
    """Let *deployer* have what is in the cluster, where the laws look."""
    specs, seen, triggers = deployer.specs, deployer._seen, deployer._triggers
    for each in (specs, seen, triggers):
        each.clear()
    for found in store.all(_SERVICES):
        name = found["metadata"]["name"]
        seen[name], specs[name] = service_of(found), spec_of(found)
    for found in store.all(_TRIGGERS):
        key, owner = key_of(found), owner_of(found)
        assert key is not None
        assert owner is not None
        attributes = tuple(sorted(found["spec"]["filter"]["attributes"].items()))
        triggers.setdefault(owner, {})[found["metadata"]["name"]] = (attributes, key)


def spec_of(found: Object) -> ServiceSpec:
    borne, key = found["metadata"]["labels"], key_of(found)
    assert key is not None
    return ServiceSpec(
        name=found["metadata"]["name"],
        function=FunctionId(borne[labels.THIRD_PARTY], borne[labels.PARSER]),
        build_id=borne[labels.BUILD],
        key=key,
        image=found["spec"]["template"]["spec"]["containers"][0]["image"],
        config=FunctionConfig(),
        triggers=(),
    )
