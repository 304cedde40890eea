"""Which kinds of objects the API knows, as its discovery pages list them."""

from typing import Any, Final

import attrs

Object = dict[str, Any]


@attrs.frozen
class Resource:
    """A kind of object.

    Attributes:
        group: Empty for the core.
        custom: Whether a CustomResourceDefinition brought it: then there is no strategic merge.
        generation: Whether its objects count the changes of their spec.
        status: Whether their status is written at an address of its own.
    """

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    custom: bool = False
    generation: bool = False
    status: bool = False

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """As messages name the resource: `jobs.batch`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified_kind(self) -> str:
        """As messages name the kind: `Job.batch`."""
        return f"{self.kind}.{self.group}" if self.group else self.kind


def _core(plural: str, kind: str, **more: bool) -> Resource:
    return Resource("", "v1", plural, kind, **more)


def _custom(group: str, version: str, plural: str, kind: str) -> Resource:
    return Resource(group, version, plural, kind, custom=True, generation=True, status=True)


_RBAC: Final = ("rbac.authorization.k8s.io", "v1")

RESOURCES: Final = (
    _core("namespaces", "Namespace", namespaced=False, status=True),
    _core("configmaps", "ConfigMap"),
    _core("secrets", "Secret"),
    _core("serviceaccounts", "ServiceAccount"),
    _core("services", "Service", status=True),
    _core("events", "Event"),
    _core("pods", "Pod", generation=True, status=True),
    Resource("batch", "v1", "jobs", "Job", generation=True, status=True),
    Resource("batch", "v1", "cronjobs", "CronJob", generation=True, status=True),
    Resource("apps", "v1", "deployments", "Deployment", generation=True, status=True),
    Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", generation=True),
    Resource(
        "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", generation=True, status=True
    ),
    Resource(*_RBAC, "roles", "Role"),
    Resource(*_RBAC, "rolebindings", "RoleBinding"),
    Resource(*_RBAC, "clusterroles", "ClusterRole", namespaced=False),
    Resource(*_RBAC, "clusterrolebindings", "ClusterRoleBinding", namespaced=False),
    Resource(
        "apiextensions.k8s.io",
        "v1",
        "customresourcedefinitions",
        "CustomResourceDefinition",
        namespaced=False,
        generation=True,
        status=True,
    ),
    Resource(
        "authorization.k8s.io",
        "v1",
        "selfsubjectaccessreviews",
        "SelfSubjectAccessReview",
        namespaced=False,
    ),
    _custom("serving.knative.dev", "v1", "services", "Service"),
    _custom("eventing.knative.dev", "v1", "triggers", "Trigger"),
    _custom("eventing.knative.dev", "v1", "brokers", "Broker"),
    _custom("eventing.knative.dev", "v1alpha1", "rabbitmqbrokerconfigs", "RabbitmqBrokerConfig"),
    _custom("sources.knative.dev", "v1alpha1", "rabbitmqsources", "RabbitmqSource"),
    _custom("sources.knative.dev", "v1", "apiserversources", "ApiServerSource"),
    _custom("rabbitmq.com", "v1beta1", "rabbitmqclusters", "RabbitmqCluster"),
    _custom("rabbitmq.com", "v1beta1", "queues", "Queue"),
    _custom("rabbitmq.com", "v1beta1", "exchanges", "Exchange"),
    _custom("rabbitmq.com", "v1beta1", "bindings", "Binding"),
    _custom("rabbitmq.com", "v1beta1", "policies", "Policy"),
    _custom("keda.sh", "v1alpha1", "scaledobjects", "ScaledObject"),
    _custom("keda.sh", "v1alpha1", "triggerauthentications", "TriggerAuthentication"),
    _custom("monitoring.coreos.com", "v1", "servicemonitors", "ServiceMonitor"),
    _custom("monitoring.coreos.com", "v1", "podmonitors", "PodMonitor"),
    _custom("monitoring.coreos.com", "v1", "prometheusrules", "PrometheusRule"),
)

_BY_URL: Final = {(each.group, each.version, each.plural): each for each in RESOURCES}
_BY_KIND: Final = {(each.api_version, each.kind): each for each in RESOURCES}


def at(group: str, version: str, plural: str) -> Resource | None:
    """What lies there."""
    return _BY_URL.get((group, version, plural))


def of_kind(api_version: str, kind: str) -> Resource:
    """What such objects belong to.

    Raises:
        KeyError: No such kind is known.
    """
    return _BY_KIND[api_version, kind]


def named(name: str) -> Resource:
    """What tests call *name*: `jobs`, or with its group if several are called so.

    `services` are the core's, `services.serving.knative.dev` are Knative's.

    Raises:
        KeyError: No such resource is known.
    """
    for each in RESOURCES:
        if name in (each.plural, each.qualified):
            return each
    raise KeyError(name)
