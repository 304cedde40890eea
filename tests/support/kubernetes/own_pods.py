"""A build's pod that no kubelet plays: its status is what a test says."""

from typing import Any, Final

from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.resources import Object

from knative_lambda.domain import labels, names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record
from knative_lambda.ports import record_form

NAME: Final = "build-acme-hello-1a2b3c4d-00000007-abcde"
RUNS: Final[Object] = {"running": {"startedAt": "2027-01-15T08:00:00Z"}}


def planted(cluster: Cluster, kaniko: Object, *, deleting: bool = False, **status: Any) -> Object:
    """Put the pod there, or in place of what it was; *kaniko* is its container's state."""
    container = {"image": "example.com/image:1"}
    going = {"deletionTimestamp": "2027-01-15T08:10:00Z", "deletionGracePeriodSeconds": 120}
    return cluster.plant(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": NAME, "namespace": BUILDS, **(going if deleting else {})},
            "spec": {
                "restartPolicy": "Never",
                "initContainers": [
                    {"name": "sidecar", "restartPolicy": "Always", **container},
                    {"name": "fetch", **container},
                ],
                "containers": [{"name": "kaniko", **container}],
            },
            "status": {
                "phase": "Running",
                "initContainerStatuses": [
                    {"name": "sidecar", "state": RUNS},
                    {"name": "fetch", "state": {"terminated": {"exitCode": 0}}},
                ],
                "containerStatuses": [{"name": "kaniko", "state": kaniko}],
                **status,
            },
        }
    )


def over(exit_code: int, reason: str = "Error", message: str = "") -> Object:
    """The state of a container that has ended so."""
    return {"terminated": {"exitCode": exit_code, "reason": reason, "message": message}}


def kept(cluster: Cluster, record: Record) -> None:
    """Put the record there, or in place of what it was."""
    name = names.record(record.function)
    own = labels.of_function(record.function, name, "record")
    cluster.plant(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": BUILDS, "labels": own},
            "data": {"record": record_form.dump(record)},
        }
    )


def record_in(cluster: Cluster, function: FunctionId) -> Record:
    """The record that is there."""
    found = cluster.object("configmaps", BUILDS, names.record(function))
    return record_form.load(found["data"]["record"])
