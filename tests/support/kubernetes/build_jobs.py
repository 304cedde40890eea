"""Jobs as a build needs them: a sidecar that starts first, a fetched context, and Kaniko."""

from typing import Any

from support.kubernetes.cluster import BUILDS
from support.kubernetes.resources import Object


def build_job(name: str, **spec: Any) -> Object:
    """Such a Job, with *spec* in place of what it would say."""
    container = {"image": "example.com/image:1"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": BUILDS},
        "spec": {
            "backoffLimit": 0,
            "activeDeadlineSeconds": 600,
            "template": {
                "spec": {
                    "restartPolicy": "Never",
                    "initContainers": [
                        {"name": "sidecar", "restartPolicy": "Always", **container},
                        {"name": "fetch", **container},
                    ],
                    "containers": [{"name": "kaniko", **container}],
                }
            },
            **spec,
        },
    }
