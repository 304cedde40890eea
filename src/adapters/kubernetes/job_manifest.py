"""The Job of a build, as Kubernetes is told: from a spec and the settings to an object. Pure."""

from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.kubernetes import job_environment
from knative_lambda.adapters.kubernetes.job_environment import AUTHORITIES, literal
from knative_lambda.adapters.kubernetes.job_settings import JobSettings
from knative_lambda.adapters.templates.templates import Manifest
from knative_lambda.domain import labels, provenance
from knative_lambda.domain.pod import START_WITHIN
from knative_lambda.ports.job_runner import JobSpec

COMPONENT: Final = "build"
CORRELATION: Final = f"{labels.DOMAIN}correlation-id"
IMAGE: Final = f"{labels.DOMAIN}image"
GRACE: Final = 120  # seconds that the sidecar has to tell how its build ended
KEPT_FOR: Final = 6 * 3600  # seconds after its end
_TEMPLATE: Final = "kaniko-job.yaml.j2"


def manifest(job: JobSpec, settings: JobSettings) -> Manifest:
    """The object; whatever the template gives, it has our name, namespace and labels."""
    rendered = settings.templates.manifest(
        _TEMPLATE,
        annotations={CORRELATION: job.correlation_id or "", IMAGE: job.image},
        deadline=job.timeout + GRACE + START_WITHIN,
        kept_for=KEPT_FOR,
        grace=GRACE,
        service_account=settings.service_account,
        node_selector=dict(settings.node_selector),
        tolerations=[dict(toleration) for toleration in settings.tolerations],
        sidecar_image=settings.sidecar_image,
        sidecar_env=job_environment.of_sidecar(job, settings),
        fetch_env=job_environment.of_fetch(job, settings),
        kaniko_image=settings.kaniko_image,
        kaniko_env=job_environment.of_kaniko(settings),
        image=job.image,
        flags=[literal(flag) for flag in _flags(job, settings)],
        requests=dict(settings.requests),
        limits=dict(settings.limits),
        push_secret=settings.push_secret,
        authorities=settings.authorities,
    )
    metadata = rendered.setdefault("metadata", {})
    metadata |= {"name": job.name, "namespace": settings.namespace}
    for found in (metadata, rendered["spec"]["template"].setdefault("metadata", {})):
        found["labels"] = {**found.get("labels", {}), **_labels(job)}
    return rendered


def _labels(job: JobSpec) -> dict[str, str]:
    own = labels.of_function(job.function, job.name, COMPONENT)
    return own | {labels.BUILD: job.build_id}


def _flags(job: JobSpec, settings: JobSettings) -> Iterator[str]:
    """Those of Kaniko that differ, each a word of its own: no shell ever sees them."""
    for mirror in settings.mirrors:
        yield f"--registry-mirror={mirror}"
    for host in settings.plain_http:
        yield f"--insecure-registry={host}"
    if settings.authorities:
        for host in _hosts(settings):
            yield f"--registry-certificate={host}={AUTHORITIES}"
    for name, value in job.build_args:
        yield f"--build-arg={name}={value}"
    for name, value in provenance.image_labels(job.source, job.revision):
        yield f"--label={name}={value}"


def _hosts(settings: JobSettings) -> Iterator[str]:
    """The registries that are spoken to with encryption."""
    named = dict.fromkeys(one.partition("/")[0] for one in (settings.registry, *settings.mirrors))
    yield from (host for host in named if host not in settings.plain_http)
