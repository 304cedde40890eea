"""The ports that only show: the settings choose."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Object, Selector, Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import made
from knative_lambda.entrypoints.knative_adapters import KnativeAdapters
from knative_lambda.entrypoints.kubernetes_adapters import KubernetesAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters


class SightAdapters(DeclarativeContainer):
    """They look at what the other adapters have made."""

    _set = Given.settings.provided
    _cluster = KubernetesAdapters.client
    _in_a_cluster = (_cluster, _set.build_namespace)

    triggers = Selector(
        _set.service_deployer,
        knative=Singleton(
            made,
            "adapters.knative.trigger_sight:KnativeTriggerSight",
            _cluster,
            KnativeAdapters.place,
        ),
        local=Object(None),
        memory=Singleton(
            made, "adapters.memory.trigger_sight:MemoryTriggerSight", MemoryAdapters.deployer
        ),
    )
    jobs = Selector(
        _set.job_runner,
        kubernetes=Singleton(made, "adapters.kubernetes.job_sight:KanikoJobSight", *_in_a_cluster),
        local=Singleton(made, "adapters.local.job_sight:LocalJobSight", _set.state_dir),
        memory=Singleton(made, "adapters.memory.job_sight:MemoryJobSight", MemoryAdapters.runner),
    )
    build_logs = Selector(
        _set.job_runner,
        kubernetes=Singleton(
            made, "adapters.kubernetes.build_logs:KanikoBuildLogs", *_in_a_cluster
        ),
        local=Singleton(made, "adapters.local.build_logs:LocalBuildLogs", _set.state_dir),
        memory=Singleton(made, "adapters.memory.build_logs:MemoryBuildLogs"),
    )
