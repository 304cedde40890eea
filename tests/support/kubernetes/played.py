"""A build's Job that plays a history, and what is to be seen of it and its pod."""

from support.kubernetes import histories
from support.kubernetes.build_jobs import build_job
from support.kubernetes.cluster import BUILDS
from support.kubernetes.histories import History
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.lives import Life
from support.kubernetes.resources import Object


def history(name: str) -> History:
    found: History = getattr(histories, name)
    return found


def conditions(found: Object) -> dict[str, str]:
    """By type, the reasons of those that hold."""
    listed = found["status"].get("conditions", [])
    return {each["type"]: each.get("reason", "") for each in listed if each["status"] == "True"}


def states(pod: Object) -> dict[str, str]:
    """By container, the word for what it does; with the exit code if it has ended."""
    status = pod["status"]
    listed = [*status.get("initContainerStatuses", []), *status["containerStatuses"]]
    said = {}
    for each in listed:
        ((word, more),) = each["state"].items()
        said[each["name"]] = f"{word} {more.get('exitCode', more.get('reason', ''))}".strip()
    return said


async def begun(kubelet: Kubelet, name: str, **spec: object) -> Life:
    """A Job `build-a` that plays the history of that name."""
    kubelet.cluster.plant(build_job("build-a", **spec))
    return await kubelet.play("build-a", history(name))


def pod_of(kubelet: Kubelet) -> Object:
    (pod,) = kubelet.cluster.objects("pods", BUILDS)
    return pod


def job_of(kubelet: Kubelet) -> Object:
    return kubelet.cluster.object("jobs", BUILDS, "build-a")
