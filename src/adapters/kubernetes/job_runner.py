"""Build Jobs in a cluster: Kaniko, and a sidecar that tells how it ended."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs
import structlog

from knative_lambda.adapters.kubernetes.api import KubernetesApi
from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.adapters.kubernetes.job_reading import OURS, JobStatus, read_job
from knative_lambda.adapters.kubernetes.job_settings import JobSettings
from knative_lambda.adapters.kubernetes.job_verdict import Judge, Pod, needs_pods, verdict
from knative_lambda.adapters.kubernetes.kinds import JOBS, PODS
from knative_lambda.adapters.kubernetes.objects import Objects
from knative_lambda.domain.errors import ConflictError, PermanentError, TransientError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import BuildJob, JobRunner, JobSpec

_OWNER: Final = "batch.kubernetes.io/controller-uid"  # a label of every Job's pods

_log = structlog.get_logger()


@attrs.define(eq=False)
class KanikoJobRunner(JobRunner):
    """A Job is its object; ended ones stay for some hours, unless they are released.

    Most builds' ends are told by their sidecars. What is judged here is for those that could not:
    by the Job alone if it succeeded, else by its pod as well. A verdict on what has ended is kept,
    since a pod does not last.

    Attributes:
        judge: How the build in a pod ended.
        now: UTC nanoseconds since 1970.
    """

    api: KubernetesApi
    settings: JobSettings
    judge: Judge
    now: Callable[[], int]
    _verdicts: dict[str, Verdict | None] = attrs.field(factory=dict, init=False)

    async def start(self, job: JobSpec) -> bool:
        """One call, and another if a Job of that name is there.

        Raises:
            OverLimitError: A quota of the cluster is used up.
            PermanentError: That Job is somebody else's, or the cluster does not take ours.
            SetupError: It may not be made, or its namespace is not there.
            TransientError: The API cannot be reached; it may be there all the same.
        """
        try:
            await self._jobs.create(manifest(job, self.settings))
        except ConflictError as error:
            there = await self._jobs.get(job.name)
            if there is None:
                message = f"Job {job.name}: was there a moment ago, and is gone"
                raise TransientError(message) from error
            seen = read_job(there)
            if seen is None or (seen.function, seen.build_id) != (job.function, job.build_id):
                detail = "something else has the name of this build's Job"
                raise PermanentError(Rejection.FORBIDDEN, detail) from error
            return False
        _log.info("job.started", job=job.name, build_id=job.build_id)
        return True

    async def look(self, name: str) -> BuildJob | None:
        """One call, and another if its pod must be seen.

        Raises:
            SetupError: It may not be read.
            TransientError: The API cannot be reached.
        """
        job = await self._status(name)
        if job is None:
            return None
        pods: Sequence[Pod] = ()
        if self._must_see(job):
            pods = await self._pods.list({_OWNER: job.uid})
        return self._seen(job, pods)

    async def list(self) -> Sequence[BuildJob]:
        """One call for some hundred Jobs, and as much again if any pod must be seen.

        Raises:
            SetupError: They may not be listed.
            TransientError: The API cannot be reached.
        """
        found = [job async for each in self._jobs.each(OURS) if (job := read_job(each))]
        there = {job.uid for job in found}
        self._verdicts = {uid: kept for uid, kept in self._verdicts.items() if uid in there}
        pods: Mapping[str, Sequence[Pod]] = {}
        if any(self._must_see(job) for job in found):
            pods = _by_owner(await self._pods.list(OURS))
        return [self._seen(job, pods.get(job.uid, ())) for job in found]

    async def stop(self, name: str) -> None:
        """One call; its pod goes soon after it, with what it has of its grace.

        Raises:
            SetupError: It may not be deleted.
            TransientError: The API cannot be reached.
        """
        await self._jobs.delete(name)

    async def release(self, name: str) -> None:
        """Two calls: the Job that was seen to have ended is deleted, and no other of its name.

        Raises:
            SetupError: It may not be read, or deleted.
            TransientError: The API cannot be reached.
        """
        job = await self._status(name)
        if job is None or job.ended is None:
            return
        try:
            await self._jobs.delete(name, uid=job.uid)
        except ConflictError:
            _log.debug("job.released_by_another", job=name)

    @property
    def _jobs(self) -> Objects:
        return Objects(self.api, JOBS, self.settings.namespace)

    @property
    def _pods(self) -> Objects:
        return Objects(self.api, PODS, self.settings.namespace)

    async def _status(self, name: str) -> JobStatus | None:
        there = await self._jobs.get(name)
        return read_job(there) if there is not None else None

    def _must_see(self, job: JobStatus) -> bool:
        return job.uid not in self._verdicts and needs_pods(job, self.now())

    def _seen(self, job: JobStatus, pods: Sequence[Pod]) -> BuildJob:
        if job.uid in self._verdicts:
            found = self._verdicts[job.uid]
        else:
            found = verdict(job, pods, self.now(), self.judge)
            if job.ended is not None:
                self._verdicts[job.uid] = found
        return BuildJob(
            name=job.name,
            function=job.function,
            build_id=job.build_id,
            started=job.created,
            ended=job.ended,
            verdict=found,
        )


def _by_owner(pods: Sequence[Pod]) -> Mapping[str, Sequence[Pod]]:
    found: dict[str, list[Pod]] = defaultdict(list)
    for pod in pods:
        found[pod["metadata"]["labels"].get(_OWNER, "")].append(pod)
    return found
