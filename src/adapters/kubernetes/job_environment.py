"""The environment variables of a build's containers. Pure."""

from typing import Any, Final

from knative_lambda.adapters.kubernetes.job_settings import JobSettings, Reporting
from knative_lambda.domain.signing import build_key
from knative_lambda.ports.job_runner import JobSpec

AUTHORITIES: Final = "/etc/knative-lambda/ca.crt"  # where the template mounts them
_BROKER: Final = "KLB_RABBITMQ_URL"  # a key of the Secret, and what it becomes

Variable = dict[str, Any]


def literal(text: str) -> str:
    """*text*, so that a container sees just that: of `$(NAME)` the kubelet makes a variable's."""
    return text.replace("$", "$$")


def of_sidecar(job: JobSpec, settings: JobSettings) -> list[Variable]:
    """What build it is beside, and whom to tell how that ended."""
    about = {
        "BUILD_JOB_NAME": job.name,
        "THIRD_PARTY_ID": job.function.third_party_id,
        "PARSER_ID": job.function.parser_id,
        "BUILD_ID": job.build_id,
        "IMAGE_URI": job.image,
        "BUILD_TIMEOUT": str(job.timeout),
        "LOG_URL": job.log_url,
    }
    return [
        *_set(about),
        _field("POD_NAME", "metadata.name"),
        _field("POD_NAMESPACE", "metadata.namespace"),
        *_reporting(settings.reporting, job),
        *_tracing(settings.reporting.collector, job.traceparent),
        *_trust(settings),
    ]


def of_fetch(job: JobSpec, settings: JobSettings) -> list[Variable]:
    """Where its context is, and what it must hold."""
    about = {"CONTEXT_URL": job.context_url, "TREE_HASH": job.tree_hash}
    return _set(about) + _trust(settings)


def of_kaniko(settings: JobSettings) -> list[Variable]:
    """Next to nothing: its steps can read it."""
    # With a role, the token for ECR would be kept in a file that an image may take in.
    return [] if settings.push_secret else _set({"AWS_ECR_DISABLE_CACHE": "true"})


def _reporting(reporting: Reporting, job: JobSpec) -> list[Variable]:
    said = {"KLB_EVENT_PUBLISHER": reporting.publisher, "KLB_LOG_LEVEL": reporting.log_level}
    if reporting.completion_key:
        # Its own, and no other build's: a pod that leaks it can sign for no other.
        key = build_key(reporting.completion_key, job.function, job.build_id)
        said["COMPLETION_KEY"] = key.hex()
    if reporting.publisher == "http":
        return _set(said | {"K_SINK": reporting.sink})
    secret = {"name": reporting.broker_secret, "key": _BROKER}
    broker = {"name": _BROKER, "valueFrom": {"secretKeyRef": secret}}
    return [*_set(said | {"KLB_EXCHANGE": reporting.exchange}), broker]


def _tracing(collector: str, traceparent: str | None) -> list[Variable]:
    if not collector:
        return []
    known = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector, "TRACEPARENT": traceparent or ""}
    return _set(known)


def _trust(settings: JobSettings) -> list[Variable]:
    return _set({"SSL_CERT_FILE": AUTHORITIES}) if settings.authorities else []


def _set(values: dict[str, str]) -> list[Variable]:
    return [{"name": name, "value": literal(value)} for name, value in values.items()]


def _field(name: str, path: str) -> Variable:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
