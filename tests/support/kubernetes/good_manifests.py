"""Manifests of the kinds that have a schema, as a cluster takes them, and ways to change them."""

from typing import Any, Final

from support.kubernetes.build_jobs import build_job
from support.kubernetes.manifests import config_map, knative_service, trigger
from support.kubernetes.patches import merge_patch
from support.kubernetes.resources import Object


def service_with(**spec: Any) -> Object:
    """A Knative Service whose pods have that in their spec."""
    return merged(knative_service("a"), {"spec": {"template": {"spec": spec}}})


def container_with(**fields: Any) -> Object:
    """A Knative Service whose container has that."""
    return service_with(containers=[{"image": "a", **fields}])


def scaled(**annotations: str) -> Object:
    """A Knative Service whose pods are scaled so."""
    named = {
        f"autoscaling.knative.dev/{name.replace('_', '-')}": value
        for name, value in annotations.items()
    }
    return merged(
        knative_service("a"), {"spec": {"template": {"metadata": {"annotations": named}}}}
    )


def job_with(**spec: Any) -> Object:
    """A build's Job whose pod has that in its spec."""
    return merged(build_job("a"), {"spec": {"template": {"spec": spec}}})


def merged(manifest: Object, patch: Object) -> Object:
    found: Object = merge_patch(manifest, patch)
    return found


GOOD: Final[dict[str, Object]] = {
    "Job": build_job("a"),
    "ConfigMap": config_map("a", {"x": "1"}),
    "Service": knative_service("a"),
    "scaled Service": scaled(min_scale="0", max_scale="5", target="10", window="60s"),
    "Service with a probe": container_with(
        ports=[{"containerPort": 8080}], readinessProbe={"httpGet": {"path": "/healthz"}}
    ),
    "Trigger": trigger("a"),
    "Trigger with delivery": trigger(
        "a",
        delivery={
            "retry": 5,
            "backoffPolicy": "exponential",
            "backoffDelay": "PT1S",
            "timeout": "PT60S",
            "deadLetterSink": {"uri": "http://dead-letters"},
        },
    ),
    "Broker": {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Broker",
        "metadata": {
            "name": "default",
            "annotations": {"eventing.knative.dev/broker.class": "RabbitMQBroker"},
        },
        "spec": {
            "config": {
                "apiVersion": "eventing.knative.dev/v1alpha1",
                "kind": "RabbitmqBrokerConfig",
                "name": "a",
                "namespace": "b",
            }
        },
    },
    "RabbitmqBrokerConfig": {
        "apiVersion": "eventing.knative.dev/v1alpha1",
        "kind": "RabbitmqBrokerConfig",
        "metadata": {"name": "a"},
        "spec": {"rabbitmqClusterReference": {"connectionSecret": {"name": "a"}}},
    },
    "RabbitmqSource": {
        "apiVersion": "sources.knative.dev/v1alpha1",
        "kind": "RabbitmqSource",
        "metadata": {"name": "a"},
        "spec": {
            "rabbitmqClusterReference": {"name": "a"},
            "rabbitmqResourcesConfig": {"queueName": "a", "predeclared": True, "parallelism": 1},
            "sink": {"uri": "http://a"},
        },
    },
    "ApiServerSource": {
        "apiVersion": "sources.knative.dev/v1",
        "kind": "ApiServerSource",
        "metadata": {"name": "a"},
        "spec": {
            "resources": [{"apiVersion": "batch/v1", "kind": "Job"}],
            "mode": "Resource",
            "sink": {"ref": {"apiVersion": "v1", "kind": "Service", "name": "a"}},
        },
    },
    "Queue": {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": "Queue",
        "metadata": {"name": "a"},
        "spec": {
            "name": "a",
            "type": "quorum",
            "durable": True,
            "rabbitmqClusterReference": {"name": "a"},
        },
    },
    "ScaledObject": {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "a"},
        "spec": {
            "scaleTargetRef": {"name": "a"},
            "minReplicaCount": 0,
            "triggers": [
                {
                    "type": "rabbitmq",
                    "metadata": {"queueName": "a", "mode": "QueueLength", "value": "5"},
                    "authenticationRef": {"name": "a"},
                }
            ],
        },
    },
    "ServiceMonitor": {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "a"},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "endpoints": [{"port": "http"}]},
    },
    "PodMonitor": {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": {"name": "a"},
        "spec": {"selector": {}, "podMetricsEndpoints": [{"port": "user-port"}]},
    },
    "PrometheusRule": {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "a"},
        "spec": {"groups": [{"name": "a", "rules": [{"alert": "A", "expr": "up == 0"}]}]},
    },
}
