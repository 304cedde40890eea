"""What a cluster asks of a Job beyond the shape of its fields, and what it never lets change."""

from collections.abc import Iterator
from typing import Final

from support.kubernetes import pod_rules
from support.kubernetes.resources import Object

_FIXED: Final = ("completions", "selector", "template", "completionMode", "podFailurePolicy")


def problems(job: Object) -> list[str]:
    """What speaks against *job*."""
    spec = job["spec"]
    pod = (spec.get("template") or {}).get("spec") or {}
    found = []
    if not pod.get("containers"):
        found.append("spec.template.spec.containers: Required value")
    if pod.get("restartPolicy") not in ("Never", "OnFailure"):
        found.append(
            'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
        )
    found += [
        f"spec.{name}: Invalid value: {spec[name]}: must be greater than or equal to 0"
        for name in ("activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
        if (spec.get(name) or 0) < 0
    ]
    found += _policy(spec, pod)
    return found + pod_rules.problems(pod, "spec.template.spec")


def _policy(spec: Object, pod: Object) -> Iterator[str]:
    policy = spec.get("podFailurePolicy")
    if policy is None:
        return
    if pod.get("restartPolicy") != "Never":
        yield "spec.template.spec.restartPolicy: Invalid value: only Never with podFailurePolicy"
    if spec.get("podReplacementPolicy", "Failed") != "Failed":
        yield "spec.podReplacementPolicy: Unsupported value: supported values: Failed"
    listed = [*(pod.get("initContainers") or []), *(pod.get("containers") or [])]
    names = {each["name"] for each in listed}
    for number, rule in enumerate(policy["rules"]):
        at = f"spec.podFailurePolicy.rules[{number}]"
        codes = rule.get("onExitCodes")
        if bool(codes) == bool(rule.get("onPodConditions")):
            yield f"{at}: Invalid value: specifying one of onExitCodes and onPodConditions"
        if codes is None:
            continue
        if codes.get("containerName") not in {None, *names}:
            yield f"{at}.onExitCodes.containerName: Invalid value: must be one of the containers"
        values = codes["values"]
        if values != sorted(set(values)):
            yield f"{at}.onExitCodes.values: Invalid value: must be ordered, without duplicates"
        if codes["operator"] == "In" and 0 in values:
            yield f"{at}.onExitCodes.values: Invalid value: 0: must not be 0 for the In operator"


def changed(new: Object, before: Object) -> list[str]:
    """Which fields differ that may not."""
    return [
        f"spec.{name}: Invalid value: field is immutable"
        for name in _FIXED
        if new["spec"].get(name) != before["spec"].get(name)
    ]
