"""What the Job controller makes of a Job's one pod."""

from support.kubernetes.pods import condition
from support.kubernetes.resources import Object

_OVER_LIMIT = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
_OVER_TIME = ("DeadlineExceeded", "Job was active longer than specified deadline")


def refuse_retries(job: Object) -> None:
    """Refuse a Job whose failed pod would get a successor: this controller makes one pod.

    Raises:
        ValueError: It is one.
    """
    if job["spec"].get("backoffLimit", 6) != 0:
        raise ValueError(f"Job {job['metadata']['name']}: this controller wants backoffLimit: 0")
    rules = (job["spec"].get("podFailurePolicy") or {}).get("rules") or []
    if any(rule["action"] != "FailJob" for rule in rules):
        raise ValueError(f"Job {job['metadata']['name']}: this controller knows FailJob alone")


def start(job: Object, at: str) -> None:
    """The controller has seen it: its time runs."""
    job.setdefault("status", {}).setdefault("startTime", at)


def activate(job: Object) -> None:
    """It has a pod."""
    job["status"].update(active=1, ready=0, terminating=0, uncountedTerminatedPods={})


def complete(job: Object, at: str) -> None:
    """It is complete; that its criteria are met was said before."""
    status = job["status"]
    status.pop("active", None)
    status.update(ready=0, succeeded=1, completionTime=at)
    condition(job, at, "Complete", "True", *_COMPLETE)


_COMPLETE = ("CompletionsReached", "Reached expected number of succeeded pods")


def meet_criteria(job: Object, at: str) -> None:
    """Its pod has succeeded."""
    condition(job, at, "SuccessCriteriaMet", "True", *_COMPLETE)


def overdue(job: Object, at: str) -> None:
    """It has lasted too long; its pod is still there."""
    _aim(job, at, *_OVER_TIME)


def fail_by(job: Object, at: str, pod: Object | None) -> None:
    """Its pod has failed or is gone."""
    _aim(job, at, *_why(job, pod))


def _aim(job: Object, at: str, reason: str, message: str) -> None:
    """It is going to fail; why, is said once."""
    conditions = job["status"].get("conditions", [])
    if not any(each["type"] == "FailureTarget" for each in conditions):
        condition(job, at, "FailureTarget", "True", reason, message)


def failed(job: Object, at: str, *, counted: bool) -> None:
    """It has failed, for the reason that was given before."""
    target = next(each for each in job["status"]["conditions"] if each["type"] == "FailureTarget")
    status = job["status"]
    status.pop("active", None)
    status.update(ready=0, terminating=0)
    if counted:
        status["failed"] = 1
    condition(job, at, "Failed", "True", target["reason"], target["message"])


def finished(job: Object) -> bool:
    """Whether it is complete or has failed."""
    conditions = job.get("status", {}).get("conditions", [])
    return any(
        each["type"] in ("Complete", "Failed") and each["status"] == "True" for each in conditions
    )


def _why(job: Object, pod: Object | None) -> tuple[str, str]:
    rules = (job["spec"].get("podFailurePolicy") or {}).get("rules") or []
    for index, rule in enumerate(rules):
        matched = _match(rule, pod) if pod is not None else ""
        if matched:
            return "PodFailurePolicy", f"{matched} matching FailJob rule at index {index}"
    return _OVER_LIMIT


def _match(rule: Object, pod: Object) -> str:
    """What of the pod the rule is about, as a condition's message begins; empty if nothing."""
    address = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    status = pod["status"]
    if codes := rule.get("onExitCodes"):
        listed = [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]
        for each in listed:
            code = each["state"].get("terminated", {}).get("exitCode", 0)
            named = codes.get("containerName") in (None, each["name"])
            if code and named and (code in codes["values"]) == (codes["operator"] == "In"):
                return f"Container {each['name']} for pod {address} failed with exit code {code}"
    for wanted in rule.get("onPodConditions") or []:
        for each in status.get("conditions", []):
            if each["type"] == wanted["type"] and each["status"] == wanted.get("status", "True"):
                return f"Pod {address} has condition {each['type']}"
    return ""
