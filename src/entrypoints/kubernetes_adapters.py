"""The ports that a cluster serves, apart from what serves functions."""

from functools import partial

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Object, Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import made
from knative_lambda.entrypoints.packing_adapters import PackingAdapters


class KubernetesAdapters(DeclarativeContainer):
    """One connection for all of them."""

    _set = Given.settings.provided

    client = Singleton(made, "adapters.kubernetes.client:KubernetesClient")
    records = Singleton(made, "adapters.kubernetes.records:ConfigMapRecords", client)
    records.add_args(_set.build_namespace)
    reporting = Singleton(
        made,
        "adapters.kubernetes.job_settings:Reporting",
        publisher=_set.event_publisher,
        exchange=_set.exchange,
        broker_secret=_set.build_broker_secret,
        sink=_set.sink,
        completion_key=_set.completion_key,
        log_level=_set.log_level,
        collector=_set.collector,
    )
    jobs = Singleton(
        made,
        "adapters.kubernetes.job_settings:JobSettings",
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
        templates=PackingAdapters.templates,
    )
    # Few builds are judged here: of the others their sidecars tell.
    _judge = Object(partial(made, "sidecar.pod_verdict:judge_pod"))
    runner = Singleton(made, "adapters.kubernetes.job_runner:KanikoJobRunner", client, jobs)
    runner.add_args(_judge, Given.now)
