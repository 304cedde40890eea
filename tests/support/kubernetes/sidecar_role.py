"""What a sidecar may do in its namespace."""

from typing import Any

from support.kubernetes.cluster import BUILDS


def permitted(account: str, verbs: list[str]) -> list[dict[str, Any]]:
    """A ServiceAccount and its Role: what a sidecar needs, its pods by these *verbs*.

    And the one that pods have in these tests.
    """
    metadata = {"name": account, "namespace": BUILDS}
    rules = [
        {"apiGroups": [""], "resources": ["pods"], "verbs": verbs},
        {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "update"]},
    ]
    rbac = "rbac.authorization.k8s.io"
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": BUILDS},
        },
        {"apiVersion": f"{rbac}/v1", "kind": "Role", "metadata": metadata, "rules": rules},
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": rbac, "kind": "Role", "name": account},
            "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": BUILDS}],
        },
    ]
