"""What a build waits for that has not ended, and what to do."""

from knative_lambda.adapters.terminal import typed
from knative_lambda.adapters.terminal.diagnosis import Diagnosis, operator, tenant
from knative_lambda.adapters.terminal.obstacle import obstacle
from knative_lambda.domain.pod import KANIKO
from knative_lambda.ports.build_view import BuildView
from knative_lambda.ports.job_sight import SeenJob


def of_open(view: BuildView) -> Diagnosis:
    """Of a build without an outcome."""
    follow = tenant("follow it", typed.build_command(view, "logs", "-f"))
    # What runs on this machine is swept by the process that runs it, and by no other.
    sweep = (operator("or have it told at once", typed.SWEEP),) if view.places.builds else ()
    job = view.job
    if job is None:
        why = "its Job is not to be seen; if it is gone, the next sweep tells how the build ended"
        return Diagnosis(why, (follow, *sweep))
    if job.ended is not None or job.failure:
        why = "its Job has ended, and the service is about to tell how"
        return Diagnosis(why, (follow, *sweep), job.failure)
    kept = obstacle(view)
    if kept:
        look = operator("see what the cluster says of it", typed.see_job(view))
        why = "it cannot begin; if that stays so for 10 minutes, it is given up"
        return Diagnosis(why, (look, follow), kept)
    return Diagnosis("it is being built" if _runs(view, job) else "it is about to begin", (follow,))


def _runs(view: BuildView, job: SeenJob) -> bool:
    if not job.pods:
        return not view.places.builds
    kaniko = job.pods[-1].status.containers.get(KANIKO)
    return kaniko is not None and kaniko.running
