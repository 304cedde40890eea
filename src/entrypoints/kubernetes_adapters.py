"""The ports that a cluster serves, apart from what serves functions."""

from collections.abc import Callable

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Singleton

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.job_settings import JobSettings, Reporting
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.templates.templates import Templates
from knative_lambda.settings import Settings
from knative_lambda.sidecar.pod_verdict import judge_pod


class KubernetesAdapters(DeclarativeContainer):
    """One connection for all of them."""

    settings = Dependency(instance_of=Settings)
    now: Dependency[Callable[[], int]] = Dependency()
    templates = Dependency(instance_of=Templates)
    _set = settings.provided

    client = Singleton(KubernetesClient)
    records = Singleton(ConfigMapRecords, client, _set.build_namespace)
    reporting = Singleton(
        Reporting,
        publisher=_set.event_publisher,
        exchange=_set.exchange,
        broker_secret=_set.build_broker_secret,
        sink=_set.sink,
        completion_key=_set.completion_key,
        log_level=_set.log_level,
        collector=_set.collector,
    )
    jobs = Singleton(
        JobSettings,
        namespace=_set.build_namespace,
        service_account=_set.build_service_account,
        kaniko_image=_set.kaniko_image,
        sidecar_image=_set.sidecar_image,
        requests=_set.build_requests,
        limits=_set.build_limits,
        node_selector=_set.build_node_selector,
        tolerations=_set.build_tolerations,
        mirrors=_set.registry_mirrors,
        plain_http=_set.insecure_registries,
        registry=_set.registry,
        authorities=_set.build_ca,
        push_secret=_set.push_secret,
        reporting=reporting,
        templates=templates,
    )
    runner = Singleton(KanikoJobRunner, client, jobs, Object(judge_pod), now)
