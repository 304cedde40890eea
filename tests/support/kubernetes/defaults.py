"""What the API server fills in where a manifest says nothing."""

import base64

from support.kubernetes.resources import Object


def fill_in(new: Object, uid: str) -> None:
    """Fill in what *new*, of one of the core's kinds, leaves open.

    Args:
        uid: That a new object will have; empty if it is not new.
    """
    if new["kind"] == "Job":
        _job(new, uid)
    if new["kind"] == "Pod":
        _pod_spec(new["spec"])
        new["spec"].setdefault("serviceAccountName", "default")
    if new["kind"] == "Secret":
        new.setdefault("type", "Opaque")
        for key, value in (new.pop("stringData", None) or {}).items():
            new.setdefault("data", {})[key] = base64.b64encode(value.encode()).decode()


def _job(job: Object, uid: str) -> None:
    spec = job["spec"]
    spec.setdefault("parallelism", 1)
    spec.setdefault("completions", 1)
    spec.setdefault("backoffLimit", 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault(
        "podReplacementPolicy", "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed"
    )
    if uid:
        name = job["metadata"]["name"]
        spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
        labels = spec["template"].setdefault("metadata", {}).setdefault("labels", {})
        labels.update(
            {
                "batch.kubernetes.io/controller-uid": uid,
                "batch.kubernetes.io/job-name": name,
                "controller-uid": uid,
                "job-name": name,
            }
        )
    _pod_spec(spec["template"]["spec"])


def _pod_spec(spec: Object) -> None:
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("schedulerName", "default-scheduler")
    spec.setdefault("securityContext", {})
    for container in [*(spec.get("initContainers") or []), *spec["containers"]]:
        _container(container)
    for volume in spec.get("volumes") or []:
        for kind in ("secret", "configMap", "projected", "downwardAPI"):
            if kind in volume:
                volume[kind].setdefault("defaultMode", 0o644)


def _container(container: Object) -> None:
    container.setdefault("resources", {})
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    name = container.get("image", "").rpartition("/")[2]
    newest = ("@" not in name and ":" not in name) or name.endswith(":latest")
    container.setdefault("imagePullPolicy", "Always" if newest else "IfNotPresent")
    for variable in container.get("env") or []:
        if "fieldRef" in variable.get("valueFrom", {}):
            variable["valueFrom"]["fieldRef"].setdefault("apiVersion", "v1")
