"""The pod of a Job: how it is made, and how its status tells what its containers do."""

import copy
from enum import Enum
from typing import Any

from support.kubernetes.resources import Object


class Role(Enum):
    """What a container is in a build's pod.

    MAIN is the first of the containers; SIDECAR the init container that always restarts; FETCH
    the other init container.
    """

    MAIN = "main"
    SIDECAR = "sidecar"
    FETCH = "fetch"


def made_for(job: Object, suffix: str) -> Object:
    """The pod that the Job controller asks for."""
    name, uid = job["metadata"]["name"], job["metadata"]["uid"]
    template = copy.deepcopy(job["spec"]["template"])
    metadata = template.get("metadata") or {}
    labels = {
        **(metadata.get("labels") or {}),
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }
    owner = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": name,
        "uid": uid,
        "controller": True,
        "blockOwnerDeletion": True,
    }
    spec = template["spec"]
    spec.setdefault("serviceAccountName", "default")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    prefix = f"{name}-" if len(name) < 63 else name
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": prefix[:58] + suffix,
            "generateName": prefix,
            "namespace": job["metadata"]["namespace"],
            "labels": labels,
            "annotations": metadata.get("annotations") or {},
            "ownerReferences": [owner],
        },
        "spec": spec,
        "status": {"phase": "Pending", "qosClass": "Burstable", "conditions": []},
    }


def container_of(pod: Object, role: Role) -> Object | None:
    """The container that has that role, as the pod's spec has it."""
    first = pod["spec"].get("initContainers") or []
    found: list[Object] = {
        Role.MAIN: pod["spec"]["containers"][:1],
        Role.SIDECAR: [each for each in first if each.get("restartPolicy") == "Always"],
        Role.FETCH: [each for each in first if each.get("restartPolicy") != "Always"],
    }[role]
    return found[0] if found else None


def schedule(pod: Object, at: str) -> None:
    """A node takes it, and shows all its containers as waiting."""
    pod["spec"]["nodeName"] = "node-1"
    status = pod["status"]
    status["startTime"] = at
    status["hostIP"] = "10.0.0.1"
    condition(pod, at, "PodScheduled", "True")
    condition(pod, at, "Initialized", "False", "ContainersNotInitialized")
    condition(pod, at, "Ready", "False", "ContainersNotReady")
    status["initContainerStatuses"] = [
        _waiting(each) for each in pod["spec"].get("initContainers") or []
    ]
    status["containerStatuses"] = [_waiting(each) for each in pod["spec"]["containers"]]
    if not status["initContainerStatuses"]:
        del status["initContainerStatuses"]


def _waiting(container: Object) -> Object:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": False,
        "started": False,
        "restartCount": 0,
        "lastState": {},
        "state": {"waiting": {"reason": "PodInitializing"}},
    }


def status_of(pod: Object, name: str) -> Object:
    """The status of that container; to be changed in place."""
    status = pod["status"]
    for each in [*status.get("initContainerStatuses", []), *status["containerStatuses"]]:
        if each["name"] == name:
            found: Object = each
            return found
    raise KeyError(name)


def show_running(pod: Object, name: str, at: str) -> None:
    """The container runs."""
    status_of(pod, name).update(state={"running": {"startedAt": at}}, started=True, ready=True)


def show_waiting(pod: Object, name: str, reason: str, message: str = "") -> None:
    """The container does not start, for that reason."""
    waiting = {"reason": reason, **({"message": message} if message else {})}
    status_of(pod, name).update(state={"waiting": waiting}, started=False, ready=False)


def show_ended(pod: Object, name: str, at: str, end: Object) -> None:
    """The container has ended; *end* has its exitCode, and its reason and message if any."""
    status = status_of(pod, name)
    began = status["state"].get("running", {}).get("startedAt", at)
    ended: Object = {
        "startedAt": began,
        "finishedAt": at,
        "containerID": f"containerd://{name}",
        "reason": "Error" if end["exitCode"] else "Completed",
        **end,
    }
    status.update(state={"terminated": ended}, started=False, ready=False)


def show_phase(pod: Object, at: str, phase: str, reason: str, message: str) -> None:
    """The pod as a whole; the containers of one that has succeeded or failed have all ended."""
    pod["status"]["phase"] = phase
    if reason:
        pod["status"].update(reason=reason, message=message)
    if phase in ("Succeeded", "Failed"):
        condition(
            pod, at, "Ready", "False", "PodCompleted" if phase == "Succeeded" else "PodFailed"
        )


def decided(pod: Object) -> bool:
    """Whether it shows that its main container has ended, or cannot start any more."""
    for role in (Role.MAIN, Role.FETCH):
        found = container_of(pod, role)
        if found is None or "containerStatuses" not in pod["status"]:
            continue
        end = status_of(pod, found["name"])["state"].get("terminated")
        if end is not None and (role is Role.MAIN or end["exitCode"]):
            return True
    return False


def runs(pod: Object, name: str) -> bool:
    """Whether that container is said to run."""
    return "containerStatuses" in pod["status"] and "running" in status_of(pod, name)["state"]


def waits(pod: Object, name: str) -> bool:
    """Whether that container is said to wait for something."""
    return "containerStatuses" in pod["status"] and "waiting" in status_of(pod, name)["state"]


def show_crash(pod: Object, name: str, at: str, end: Object) -> None:
    """The container has ended, and will be started again after a while."""
    show_ended(pod, name, at, end)
    status = status_of(pod, name)
    status["lastState"] = status["state"]
    status["restartCount"] += 1
    show_waiting(pod, name, "CrashLoopBackOff", "back-off restarting failed container")


def condition(  # noqa: PLR0913, PLR0917 - a condition has that many fields
    found: Object, at: str, kind: str, status: str, reason: str = "", message: str = ""
) -> None:
    """Write a condition of a pod or a Job, in place of an older one of that kind."""
    new: dict[str, Any] = {
        "type": kind,
        "status": status,
        "lastProbeTime": None,
        "lastTransitionTime": at,
    }
    if found["kind"] == "Job":
        new["lastProbeTime"] = at
    if reason:
        new["reason"] = reason
    if message:
        new["message"] = message
    conditions = found.setdefault("status", {}).setdefault("conditions", [])
    conditions[:] = [each for each in conditions if each["type"] != kind] + [new]
