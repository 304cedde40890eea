"""A small Kubernetes API of the tests' own, and the back doors to what it keeps.

async with Cluster.started(clock=clock) as cluster:
    ...                                       # a client talks to `cluster.url`
    cluster.objects("jobs", "builds")         # copies, in the order of their names
    cluster.plant({"apiVersion": "v1", ...})  # past admission and RBAC
    cluster.remove("pods", "builds", "x")     # past grace and finalizers
    cluster.calls                             # what was asked, and the status it got
    cluster.faults.add(503, verb="create", resource="jobs", times=2)
    cluster.knative.ready("lambda-a")
    await cluster.settled()                   # the garbage collector has nothing left to do
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Self

import attrs
from aiohttp import web
from support.kubernetes import crds, names, rbac, resources
from support.kubernetes.faults import Faults
from support.kubernetes.garbage import GarbageCollector
from support.kubernetes.gate import Gate
from support.kubernetes.knative import Knative
from support.kubernetes.lists import Lists
from support.kubernetes.logs import Logs
from support.kubernetes.rbac import Rbac
from support.kubernetes.resources import Object
from support.kubernetes.server import Call, Server
from support.kubernetes.store import Address, Store
from support.kubernetes.verbs import Verbs
from support.kubernetes.watches import Watches
from support.kubernetes.webhooks import Webhooks

BUILDS, FUNCTIONS = "knative-lambda-builds", "knative-lambda"
_NAMESPACES = ("default", "kube-system", BUILDS, FUNCTIONS)


@attrs.define(eq=False)
class Cluster:
    """It runs.

    Attributes:
        url: Of the API, without a slash at its end.
        store: All that is kept; for the other controllers of these tests.
        logs: What containers write.
    """

    url: str
    faults: Faults
    knative: Knative
    store: Store
    logs: Logs
    _server: Server
    _garbage: GarbageCollector
    _gate: Gate

    @classmethod
    @asynccontextmanager
    async def started(
        cls, *, clock: Callable[[], int], namespaces: Sequence[str] = _NAMESPACES
    ) -> AsyncIterator[Self]:
        """A new one, with *namespaces* and the definitions of custom kinds in it, while entered.

        A custom kind whose definition is removed is unknown from then on:
        `cluster.remove("customresourcedefinitions", "", "services.serving.knative.dev")`.

        Args:
            clock: UTC nanoseconds since 1970.
        """
        store = Store(clock)
        gate = Gate(store, Webhooks(), Rbac(store))
        server = Server(
            verbs=Verbs(store, gate.admit),
            lists=Lists(store),
            watches=Watches(store),
            faults=Faults(),
            rbac=gate.rbac,
            logs=Logs(store),
        )
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", server.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        cluster = cls(
            f"http://127.0.0.1:{port}",
            server.faults,
            Knative(store, FUNCTIONS),
            store,
            server.logs,
            server,
            GarbageCollector(store),
            gate,
        )
        for namespace in namespaces:
            cluster._make_namespace(namespace)
        for address, definition in crds.definitions():
            store.insert(address, definition)
        collecting = asyncio.create_task(cluster._collect())
        try:
            yield cluster
        finally:
            collecting.cancel()
            with suppress(asyncio.CancelledError):
                await collecting
            cluster.cut_watches()
            await runner.cleanup()
        if server.bugs:
            raise server.bugs[0]

    @property
    def webhooks(self) -> Webhooks:
        """Knative's, which can be down or deny."""
        return self._gate.webhooks

    @property
    def calls(self) -> list[Call]:
        """What was asked, oldest first; may be cleared."""
        return self._server.calls

    def objects(self, resource: str, namespace: str = "") -> list[Object]:
        """Copies of all objects of that *resource*: `jobs`, `services.serving.knative.dev`."""
        return self.store.all(resources.named(resource), namespace)

    def object(self, resource: str, namespace: str, name: str) -> Object:
        """A copy of that one.

        Raises:
            KeyError: It is not there.
        """
        found = self.store.get((resources.named(resource), namespace, name))
        if found is None:
            raise KeyError(f"there is no {resource} {name} in {namespace}")
        return found

    def plant(self, manifest: Object) -> Object:
        """Put it there, or in place of what is there, status and all; nobody is asked."""
        address = _address(manifest)
        if address[1] and self.store.get((names.NAMESPACES, "", address[1])) is None:
            self._make_namespace(address[1])
        before = self.store.get(address)
        if before is None:
            return self.store.insert(address, manifest)
        metadata = {**manifest["metadata"]}
        for kept in ("uid", "creationTimestamp", "generation"):
            if kept in before["metadata"]:
                metadata.setdefault(kept, before["metadata"][kept])
        metadata["namespace"] = address[1]
        return self.store.replace(address, {**manifest, "metadata": metadata})

    def remove(self, resource: str, namespace: str, name: str) -> None:
        """Let it be gone at once.

        Raises:
            KeyError: It is not there.
        """
        self.store.remove((resources.named(resource), namespace, name))

    def allow(self, manifests: Iterable[Object]) -> None:
        """Plant those, and from now on let a user do only what roles and bindings say.

        The users are the ServiceAccounts among *manifests*, or planted otherwise.
        """
        for manifest in manifests:
            self.plant(manifest)
        self._server.rbac.on = True

    def token(self, namespace: str, service_account: str) -> str:
        """What goes after `Bearer` for that ServiceAccount."""
        return rbac.token(namespace, service_account)

    def compact(self) -> None:
        """Forget how it came to be: older versions can no longer be watched from."""
        self.store.compacted = self.store.version

    def cut_watches(self, *, abruptly: bool = False) -> None:
        """End every open watch, as servers do now and then; or break its connection."""
        self._server.watches.cut(abruptly=abruptly)

    def cut_logs(self) -> None:
        """Break the connection of everybody who follows a log."""
        self.logs.cut()

    def bookmark(self) -> None:
        """Send a bookmark over every open watch that takes them."""
        self._server.watches.bookmark()

    def forbids_pod(self, pod: Object) -> str:
        """Why that pod may not be made; empty if it may."""
        return self._gate.forbids_pod(pod)

    async def settled(self) -> None:
        """Wait until the cluster's own controllers have nothing left to do."""
        await asyncio.sleep(0)
        self._garbage.collect()

    async def _collect(self) -> None:
        while True:
            self._garbage.collect()
            await self.store.changed()

    def _make_namespace(self, name: str) -> None:
        label = {"kubernetes.io/metadata.name": name}
        manifest = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": label},
            "status": {"phase": "Active"},
        }
        self.store.insert((names.NAMESPACES, "", name), manifest)


def _address(manifest: Object) -> Address:
    resource = resources.of_kind(manifest["apiVersion"], manifest["kind"])
    metadata = manifest["metadata"]
    namespace = metadata.get("namespace", "default") if resource.namespaced else ""
    return (resource, namespace, metadata["name"])
