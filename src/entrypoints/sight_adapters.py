"""The ports that only show: the settings choose."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import (
    DependenciesContainer,
    Dependency,
    Object,
    Selector,
    Singleton,
)

from knative_lambda.entrypoints.imported import made
from knative_lambda.settings import Settings


class SightAdapters(DeclarativeContainer):
    """They look at what the adapters of *platform* and *memory* have made."""

    settings = Dependency(instance_of=Settings)
    platform, memory = DependenciesContainer(), DependenciesContainer()
    _set = settings.provided

    _in_a_cluster = (platform.cluster, _set.build_namespace)
    triggers = Selector(
        _set.service_deployer,
        knative=Singleton(
            made,
            "adapters.knative.trigger_sight:KnativeTriggerSight",
            platform.cluster,
            platform.place,
        ),
        local=Object(None),
        memory=Singleton(made, "adapters.memory.trigger_sight:MemoryTriggerSight", memory.deployer),
    )
    jobs = Selector(
        _set.job_runner,
        kubernetes=Singleton(made, "adapters.kubernetes.job_sight:KanikoJobSight", *_in_a_cluster),
        local=Singleton(made, "adapters.local.job_sight:LocalJobSight", _set.state_dir),
        memory=Singleton(made, "adapters.memory.job_sight:MemoryJobSight", memory.runner),
    )
    build_logs = Selector(
        _set.job_runner,
        kubernetes=Singleton(
            made, "adapters.kubernetes.build_logs:KanikoBuildLogs", *_in_a_cluster
        ),
        local=Singleton(made, "adapters.local.build_logs:LocalBuildLogs", _set.state_dir),
        memory=Singleton(made, "adapters.memory.build_logs:MemoryBuildLogs"),
    )
