"""What can happen to a build's pod and its Job, one change each, as real clusters show it."""

from collections.abc import Callable

from support.kubernetes import jobs, pods
from support.kubernetes.lives import Change, Life
from support.kubernetes.pods import Role
from support.kubernetes.resources import Object
from support.kubernetes.store import instant


def _simple(do: Callable[[Life], None]) -> Change:
    async def change(life: Life) -> None:
        do(life)

    return change


pod_made = _simple(Life.make_pod)
pod_deleted = _simple(Life.delete_pod)
pod_gone = _simple(Life.remove_pod)


def _on_pod(do: Callable[[Object, str], None]) -> Change:
    return _simple(lambda life: life.change_pod(lambda pod: do(pod, life.now)))


def _on_job(do: Callable[[Object, str], None]) -> Change:
    return _simple(lambda life: life.change_job(lambda job: do(job, life.now)))


scheduled = _on_pod(pods.schedule)
failed = _simple(
    lambda life: life.change_job(
        lambda job: jobs.failed(job, life.now, counted=bool(life.pod_name))
    )
)
criteria_met = _on_job(jobs.meet_criteria)
complete = _on_job(jobs.complete)
overdue = _on_job(jobs.overdue)
failing = _simple(lambda life: life.change_job(lambda job: jobs.fail_by(job, life.now, life.pod())))


def running(role: Role) -> Change:
    """The container runs; nothing happens in a pod that has none of that role."""

    async def change(life: Life) -> bool | None:
        name = life.container(role)
        if not name:
            return None
        if role is Role.SIDECAR and life.sidecar is None:
            life.change_pod(lambda pod: pods.show_running(pod, name, life.now))
            life.start_sidecar()
        if role is Role.SIDECAR:
            return _started(life)
        life.change_pod(lambda pod: _begin(pod, name, role, life.now))
        return None

    return change


def _started(life: Life) -> bool:
    """Whether the sidecar is ready, where a startup probe asks for it."""
    pod, process = life.pod(), life.sidecar
    found = pods.container_of(pod, Role.SIDECAR) if pod else None
    if process is None or found is None or "startupProbe" not in found:
        return True
    return process.run.ready.is_set()


def _begin(pod: Object, name: str, role: Role, at: str) -> None:
    pods.show_running(pod, name, at)
    if role is Role.MAIN:
        pod["status"]["phase"] = "Running"
        pods.condition(pod, at, "Initialized", "True")
        pods.condition(pod, at, "Ready", "True")


def ended(role: Role, code: int, reason: str = "", message: str = "") -> Change:
    """The API shows that the container has ended."""
    end: Object = {"exitCode": code}
    if reason:
        end["reason"] = reason
    if message:
        end["message"] = message

    def do(life: Life) -> None:
        if name := life.container(role):
            life.change_pod(lambda pod: pods.show_ended(pod, name, life.now, end))
            if pod := life.pod():
                life.logs.end(pod, name)

    return _simple(do)


def waiting(role: Role, reason: str, message: str = "") -> Change:
    """The API shows why the container does not start."""

    def do(life: Life) -> None:
        if name := life.container(role):
            life.change_pod(lambda pod: pods.show_waiting(pod, name, reason, message))

    return _simple(do)


def _wait_again(life: Life) -> None:
    pod, name = life.pod(), life.container(Role.MAIN)
    if pod and pods.waits(pod, name):
        life.change_pod(lambda found: pods.show_waiting(found, name, "PodInitializing"))


waiting_again = _simple(_wait_again)


def said(role: Role, text: str) -> Change:
    """The container has written that."""

    def do(life: Life) -> None:
        pod, name = life.pod(), life.container(role)
        if pod and name:
            life.logs.say(pod, name, text)

    return _simple(do)


def terminated(grace: float | None = None) -> Change:
    """SIGTERM goes to the sidecar; *grace* in seconds, by default the pod's own."""
    return _simple(lambda life: life.terminate_sidecar(grace))


async def sidecar_ended(life: Life) -> bool:
    """Wait for the sidecar's end, which a later step shows; its grace over, it is killed."""
    process = life.sidecar
    if process is None or process.ended:
        return True
    if process.kill_at is not None and life.at >= process.kill_at:
        await process.kill()
        return True
    return False


async def sidecar_killed(life: Life) -> None:
    """SIGKILL, from somebody who does not wait; the pod shows it."""
    if life.sidecar is not None:
        await life.sidecar.kill()


def _show_sidecar(life: Life) -> None:
    name, process = life.container(Role.SIDECAR), life.sidecar
    if name and process is not None and process.ended:
        end = {"exitCode": process.exit_code()}
        life.change_pod(lambda pod: pods.show_ended(pod, name, life.now, end))


sidecar_shown = _simple(_show_sidecar)


def _leave_all(life: Life) -> None:
    _show_sidecar(life)
    name, pod = life.container(Role.MAIN), life.pod()
    if pod and name and pods.runs(pod, name):
        life.change_pod(lambda found: pods.show_ended(found, name, life.now, {"exitCode": 143}))
        life.change_pod(lambda found: pods.show_phase(found, life.now, "Failed", "", ""))


left = _simple(_leave_all)
"""What a pod that was told to go shows at last: Kaniko, if it ran, died of SIGTERM."""


def phase(name: str, reason: str = "", message: str = "") -> Change:
    """The pod's own phase."""

    def do(life: Life) -> None:
        life.over = name in ("Succeeded", "Failed")
        life.change_pod(lambda pod: pods.show_phase(pod, life.now, name, reason, message))

    return _simple(do)


def condition(kind: str, status: str, reason: str = "", message: str = "") -> Change:
    """A condition of the pod."""
    return _on_pod(lambda pod, at: pods.condition(pod, at, kind, status, reason, message))


def told(reason: str, message: str) -> Change:
    """An Event about the Job."""
    return _simple(lambda life: life.tell(reason, message))


def lost(role: Role, message: str) -> Change:
    """The node could not say how the container ended: no times, and a restart that was none."""

    def do(life: Life) -> None:
        if name := life.container(role):
            life.change_pod(lambda pod: _lose(pod, name, message))

    return _simple(do)


def _lose(pod: Object, name: str, message: str) -> None:
    status = pods.status_of(pod, name)
    if "terminated" in status["state"]:
        return
    status["restartCount"] += 1
    pods.show_ended(
        pod,
        name,
        instant(0),
        {
            "exitCode": 137,
            "reason": "ContainerStatusUnknown",
            "message": message,
            "startedAt": None,
            "finishedAt": None,
        },
    )


def _leave(life: Life) -> None:
    life.alone = True


node_lost = _simple(_leave)
