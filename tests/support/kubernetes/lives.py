"""The life of one build's pod: where in its history it is, and what it does to the cluster."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import attrs
from support.kubernetes import jobs, pods, resources
from support.kubernetes.garbage import remove_gracefully
from support.kubernetes.logs import Logs
from support.kubernetes.pods import Role
from support.kubernetes.resources import Object
from support.kubernetes.sidecars import Process, Sidecar
from support.kubernetes.store import SECOND, Address, Store, instant

_PODS: Final = resources.named("pods")
_JOBS: Final = resources.named("jobs")
_EVENTS: Final = resources.named("events")


@attrs.define(eq=False)
class Life:
    """One Job, and the pod that it gets.

    Attributes:
        at: When the last step was taken, in nanoseconds.
        began: When its time began to run.
        forbids: Why a pod may not be made; empty if it may.
        restart_at: When a sidecar that crashed is started again.
        alone: Whether its node no longer hears the API.
        going: Whether it has heard that its pod is to go.
        over: Whether all containers of its pod have ended.
        overdue: Whether its Job has lasted too long.
        waits: Whether the next step was tried, and waits for the sidecar.
    """

    store: Store
    logs: Logs
    job_name: str
    namespace: str
    steps: deque["Step"]
    at: int
    acts: Sidecar
    forbids: Callable[[Object], str]
    job_uid: str = attrs.field(default="", init=False)
    began: int = attrs.field(default=0, init=False)
    pod_name: str = ""
    sidecar: Process | None = None
    restarts: int = 0
    restart_at: int | None = None
    alone: bool = False
    going: bool = False
    over: bool = False
    overdue: bool = False
    waits: bool = False

    def __attrs_post_init__(self) -> None:
        self.began = self.at
        if job := self.store.get(self.job_address):
            self.job_uid = job["metadata"]["uid"]
        self.change_job(lambda found: jobs.start(found, self.now))

    @property
    def due(self) -> int | None:
        """When the next step is; `None` after the last."""
        return self.at + int(self.steps[0][0] * SECOND) if self.steps else None

    @property
    def job_address(self) -> Address:
        return (_JOBS, self.namespace, self.job_name)

    @property
    def pod_address(self) -> Address:
        return (_PODS, self.namespace, self.pod_name)

    @property
    def now(self) -> str:
        return instant(self.at)

    def job(self) -> Object | None:
        """The Job, if it is still there."""
        return self.store.get(self.job_address) if self.seen_job() else None

    def seen_job(self) -> Object | None:
        """The same, not to be changed."""
        found = self.store.peek(self.job_address)
        return found if found and found["metadata"]["uid"] == self.job_uid else None

    def seen_pod(self) -> Object | None:
        """The pod, if it is there, not to be changed."""
        return self.store.peek(self.pod_address) if self.pod_name else None

    def pod(self) -> Object | None:
        """The pod, if it is there."""
        return self.store.get(self.pod_address) if self.pod_name else None

    def turn(self, steps: Iterable["Step"], at: int) -> None:
        """Something came between: from here on it goes another way."""
        self.steps, self.at, self.waits = deque(steps), at, False

    async def step(self, at: int) -> bool:
        """Take the next step at that time; `False` if it has to wait for the sidecar."""
        _, change = self.steps[0]
        before, self.at = self.at, at
        self.waits = await change(self) is False
        if self.waits:
            self.at = before
        elif self.steps:
            self.steps.popleft()
        return not self.waits

    def change_pod(self, change: Callable[[Object], None]) -> None:
        """Write the pod's status, if there is a pod."""
        if pod := self.pod():
            change(pod)
            self.store.replace(self.pod_address, pod)

    def change_job(self, change: Callable[[Object], None]) -> None:
        """Write the Job's status, if there is a Job that has not finished."""
        job = self.job()
        if job is not None and not jobs.finished(job):
            change(job)
            self.store.replace(self.job_address, job)

    def container(self, role: Role) -> str:
        """The name of the container that has that role; empty if none has."""
        pod = self.pod()
        found = pods.container_of(pod, role) if pod else None
        return found["name"] if found else ""

    def make_pod(self) -> None:
        """The Job controller asks for a pod."""
        job = self.job()
        if job is None or job["metadata"].get("deletionTimestamp"):
            return
        pod = pods.made_for(job, self.store.suffix())
        pod["metadata"]["creationTimestamp"] = self.now
        if why := self.forbids(pod):
            self.tell("FailedCreate", f"Error creating: {why}")
            self.steps.clear()
            return
        self.change_job(jobs.activate)
        self.pod_name = pod["metadata"]["name"]
        self.store.insert(self.pod_address, pod)

    def start_sidecar(self) -> None:
        """Its process begins."""
        if pod := self.pod():
            self.sidecar = Process.start(self.acts, pod)

    def terminate_sidecar(self, grace: float | None = None) -> None:
        """SIGTERM; SIGKILL follows after *grace* seconds, by default those that the pod has."""
        pod = self.pod()
        if self.sidecar is not None and pod is not None:
            own = pod["spec"]["terminationGracePeriodSeconds"]
            own = pod["metadata"].get("deletionGracePeriodSeconds", own)
            self.sidecar.terminate(self.at + int((own if grace is None else grace) * SECOND))

    def delete_pod(self) -> None:
        """Somebody deletes the pod, who leaves it its grace."""
        if self.pod() is not None:
            remove_gracefully(self.store, self.pod_address)

    def remove_pod(self) -> None:
        """The kubelet reports that all is over: the pod goes, and its logs with it."""
        if self.pod() is not None:
            self.store.remove(self.pod_address)
            self.going = True

    def crash(self, at: int) -> None:
        """Show that the sidecar ended unasked, and when it is started again."""
        name = self.container(Role.SIDECAR)
        if self.sidecar is None or not name:
            return
        end = {"exitCode": self.sidecar.exit_code()}
        self.change_pod(lambda pod: pods.show_crash(pod, name, instant(at), end))
        self.restart_at = at + int(min(10 * 2**self.restarts, 300) * SECOND)

    async def restart(self, at: int) -> bool:
        """Start a crashed sidecar again, if its pod is still about."""
        self.restarts, self.restart_at = self.restarts + 1, None
        name, pod = self.container(Role.SIDECAR), self.pod()
        if pod is not None and not self.going and not pods.decided(pod):
            self.change_pod(lambda pod: pods.show_running(pod, name, instant(at)))
            self.start_sidecar()
        return True

    def tell(self, reason: str, message: str) -> None:
        """An Event about the Job."""
        job = self.job()
        if job is None:
            return
        about = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "name": self.job_name,
            "namespace": self.namespace,
            "uid": job["metadata"]["uid"],
        }
        name = f"{self.job_name}.{self.store.suffix()}{self.store.version}"
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name},
            "involvedObject": about,
            "reason": reason,
            "message": message,
            "type": "Warning",
            "source": {"component": "job-controller"},
            "firstTimestamp": self.now,
            "lastTimestamp": self.now,
            "count": 1,
        }
        self.store.insert((_EVENTS, self.namespace, name), event)


Change = Callable[[Life], Awaitable[bool | None]]
"""A step's change; `False` if it has to be tried again, once the sidecar is further."""

Step = tuple[float, Change]
"""Seconds since the step before, and what happens then."""
