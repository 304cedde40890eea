"""Manifests for the tests' own cluster, as small as it takes them."""

from typing import Any

from support.kubernetes.resources import Object


def config_map(name: str, data: dict[str, str] | None = None, **metadata: Any) -> Object:
    """A ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, **metadata},
        "data": data or {},
    }


def owned_by(owner: Object) -> dict[str, Any]:
    """Metadata of what belongs to *owner*."""
    ref = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
    }
    return {"ownerReferences": [ref]}


def knative_service(name: str, image: str = "example.com/a:1", **metadata: Any) -> Object:
    """A Knative Service."""
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {"name": name, **metadata},
        "spec": {"template": {"spec": {"containers": [{"image": image}]}}},
    }


def trigger(name: str, **spec: Any) -> Object:
    """A Trigger."""
    subscriber = {"ref": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": name}}
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": name},
        "spec": {
            "broker": "default",
            "filter": {"attributes": {"type": "a"}},
            "subscriber": subscriber,
            **spec,
        },
    }


def role(namespace: str, account: str, *rules: Object) -> list[Object]:
    """A ServiceAccount, and what it may do there."""
    metadata = {"name": account, "namespace": namespace}
    subject = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    group = "rbac.authorization.k8s.io"
    ref = {"apiGroup": group, "kind": "Role", "name": account}
    rbac = f"{group}/v1"
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        {"apiVersion": rbac, "kind": "Role", "metadata": metadata, "rules": [*rules]},
        {
            "apiVersion": rbac,
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": ref,
            "subjects": [subject],
        },
    ]


def rule(
    resources: str, verbs: str, *, group: str = "", names: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A rule; resources and verbs are given with spaces between them."""
    found: dict[str, Any] = {
        "apiGroups": [group],
        "resources": resources.split(),
        "verbs": verbs.split(),
    }
    return {**found, "resourceNames": [*names]} if names else found
