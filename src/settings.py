"""Every environment variable of ours, in one table, read once into one frozen value."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from knative_lambda.domain.runtimes import Runtime
from knative_lambda.domain.strategy import Strategy
from knative_lambda.environment import SettingsError, read
from knative_lambda.serving_settings import ServingSettings
from knative_lambda.variables import (
    broker_url,
    env,
    file,
    flag,
    folder,
    one_of,
    other_registry,
    path,
    port,
    prefetch,
    registry,
    registry_hosts,
    repository_prefix,
    runtimes,
    seconds,
    strategy,
    text,
    texts,
    web_url,
    whole,
)

__all__ = ["Settings", "SettingsError", "from_env", "table"]


@attrs.frozen(kw_only=True)
class Settings(ServingSettings):
    """The fields are the table; their words stand in `--help` and in the README."""

    event_source: str = env(
        "KLB_EVENT_SOURCE", "rabbitmq", one_of("rabbitmq", "memory"), "where events come from"
    )
    event_publisher: str = env(
        "KLB_EVENT_PUBLISHER",
        "rabbitmq",
        one_of("rabbitmq", "http", "memory"),
        "where events go; http: to K_SINK",
    )
    rabbitmq_url: str = env(
        "KLB_RABBITMQ_URL",
        "amqp://guest:guest@localhost:5672/",
        broker_url,
        "the broker, with user, password and virtual host",
        repr=False,
    )
    rabbitmq_ca_file: Path | None = env(  # noqa: RUF009 - env gives a field
        "KLB_RABBITMQ_CA_FILE", "", file, "certificates to trust for amqps; empty: the system's"
    )
    rabbitmq_declare: str = env(
        "KLB_RABBITMQ_DECLARE",
        "active",
        one_of("active", "passive"),
        "make exchanges and queues, or only check that they are there",
    )
    exchange: str = env("KLB_EXCHANGE", "cloud-events", text, "topic exchange of all events")
    queue: str = env("KLB_QUEUE", "lambda-build-events", text, "queue that is consumed")
    function_dead_letter_queue: str = env(
        "KLB_FUNCTION_DEAD_LETTER_QUEUE",
        "lambda-functions.dlq",
        text,
        "queue of the events that no function took",
    )
    sink: str = env("K_SINK", "", web_url, "where http publishes to; Knative sets it", repr=False)
    http_port: int = env("KLB_HTTP_PORT", "8080", port, "of the HTTP endpoints; serve prefers PORT")
    context_store: str = env(
        "KLB_CONTEXT_STORE",
        "s3",
        one_of("s3", "directory", "memory"),
        "where contexts are kept",
    )
    context_bucket: str = env(
        "KLB_CONTEXT_BUCKET", "", text, "bucket of the contexts; required with s3"
    )
    job_runner: str = env(
        "KLB_JOB_RUNNER", "kubernetes", one_of("kubernetes", "local", "memory"), "what builds"
    )
    service_deployer: str = env(
        "KLB_SERVICE_DEPLOYER",
        "knative",
        one_of("knative", "local", "memory"),
        "what serves, and keeps records",
    )
    source_fetcher: str = env(
        "KLB_SOURCE_FETCHER",
        "network",
        one_of("network", "directory", "memory"),
        "where sources come from, besides uploads; directory takes file: URLs",
    )
    allowed_source_hosts: tuple[str, ...] = env(
        "KLB_ALLOWED_SOURCE_HOSTS",
        "",
        texts,
        "hosts that sources may come from, with commas; *.example.com for all below; empty: any",
    )
    allow_private_sources: bool = env(
        "KLB_ALLOW_PRIVATE_SOURCES", "false", flag, "whether sources may come from private networks"
    )
    allowed_source_buckets: tuple[str, ...] = env(
        "KLB_ALLOWED_SOURCE_BUCKETS",
        "",
        texts,
        "buckets of sources: bucket/prefix, perhaps with {third_party_id}; empty: none",
    )
    source_ca_file: Path | None = env(  # noqa: RUF009 - env gives a field
        "KLB_SOURCE_CA_FILE", "", file, "certificates to trust for sources; empty: the system's"
    )
    source_credentials_dir: Path | None = env(  # noqa: RUF009 - env gives a field
        "KLB_SOURCE_CREDENTIALS_DIR", "", folder, "a folder for each credential; empty: none"
    )
    image_registry: str = env(
        "KLB_IMAGE_REGISTRY",
        "auto",
        one_of("auto", "ecr", "oci", "local", "memory"),
        "where images are; auto: told by the job runner, else by the host in KLB_REGISTRY",
    )
    build_strategy: Strategy = env(  # noqa: RUF009 - env gives a field
        "KLB_BUILD_STRATEGY",
        "auto",
        strategy,
        "how images are made, unless a build asks for another way: auto, append or kaniko",
    )
    state_dir: Path = env(  # noqa: RUF009 - env gives a field
        "KLB_STATE_DIR",
        "~/.local/state/knative-lambda",
        path,
        "where directory and local keep contexts, images and records",
    )
    default_source: str = env(
        "KLB_DEFAULT_SOURCE",
        "",
        text,
        "source of a build that names none, with {third_party_id} and {parser_id}; empty: required",
    )
    registry: str = env("KLB_REGISTRY", "localhost:5000", registry, "registry that is pushed to")
    pull_registry: str = env(
        "KLB_PULL_REGISTRY",
        "",
        other_registry,
        "the same registry as the nodes reach it; empty: the same",
    )
    insecure_registries: tuple[str, ...] = env(
        "KLB_INSECURE_REGISTRIES",
        "",
        registry_hosts,
        "hosts of registries, with commas, that are spoken to over plain HTTP",
    )
    registry_ca_file: Path | None = env(  # noqa: RUF009 - env gives a field
        "KLB_REGISTRY_CA_FILE",
        "",
        file,
        "certificates to trust for oci, and for base images besides the system's; "
        "empty: the system's",
    )
    repository_prefix: str = env(
        "KLB_REPOSITORY_PREFIX", "lambda/", repository_prefix, "of each function's repository"
    )
    runtime_images: Mapping[str, Runtime] = env(
        "KLB_RUNTIME_IMAGES",
        "",
        runtimes,
        "images under runtimes, with commas: python311=IMAGE, go127/build=IMAGE; empty: ours",
    )
    templates_dir: Path | None = env(  # noqa: RUF009 - env gives a field
        "KLB_TEMPLATES_DIR", "", folder, "a folder of templates that replace ours; empty: none"
    )
    prefetch: int = env("KLB_PREFETCH", "32", prefetch, "deliveries in hand at once")
    max_contexts: int = env("KLB_MAX_CONTEXTS", "4", whole, "contexts made at once in a replica")
    max_active_builds: int = env("KLB_MAX_ACTIVE_BUILDS", "50", whole, "builds at once in all")
    max_active_builds_per_tenant: int = env(
        "KLB_MAX_ACTIVE_BUILDS_PER_TENANT", "10", whole, "builds at once of one tenant"
    )
    collector: str = env(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        web_url,
        "where traces go, by OTLP over HTTP, such as http://collector:4318; empty: nowhere",
    )
    completion_key: str = env(
        "KLB_COMPLETION_KEY", "", text, "key that completions are signed with; empty: unsigned",
        repr=False,
    )  # fmt: skip
    retry_for: float = env(
        "KLB_RETRY_FOR", "1h", seconds, "how long an event is tried again before it is given up"
    )
    metrics_tenants: tuple[str, ...] = env(
        "KLB_METRICS_TENANTS",
        "",
        texts,
        "tenants, with commas, that metrics tell apart; all others are counted together",
    )
    log_level: str = env(
        "KLB_LOG_LEVEL", "info", one_of("debug", "info", "warning", "error"), "least level logged"
    )
    log_format: str = env(
        "KLB_LOG_FORMAT",
        "auto",
        one_of("auto", "json", "console"),
        "of the log; auto: console on a terminal, else json",
    )

    @property
    def limits(self) -> Mapping[str, int]:
        """What is allowed at once, by the name that metrics have for it."""
        return {
            "active": self.max_active_builds,
            "active_per_tenant": self.max_active_builds_per_tenant,
            "contexts": self.max_contexts,
        }

    @property
    def pulled_from(self) -> str:
        """The registry as the nodes reach it."""
        return self.pull_registry or self.registry

    @property
    def settler(self) -> str:
        """Who takes what came over HTTP and cannot be handled: `rabbitmq`, `http` or `memory`."""
        used = (self.event_source, self.event_publisher)
        return "rabbitmq" if "rabbitmq" in used else self.event_publisher

    @property
    def declares_nothing(self) -> bool:
        """Whether the broker's objects are only checked."""
        return self.rabbitmq_declare == "passive"

    @property
    def private_sources(self) -> str:
        """Whether private networks are `allowed` or `refused`."""
        return "allowed" if self.allow_private_sources else "refused"

    @property
    def signing(self) -> str:
        """Whether completions are signed: `on` or `off`."""
        return "on" if self.completion_key else "off"

    @property
    def tracing(self) -> str:
        """Whether there are traces: `on` or `off`."""
        return "on" if self.collector else "off"


def from_env(variables: Mapping[str, str]) -> Settings:
    """Read *variables*.

    Raises:
        SettingsError: Naming every variable that is malformed or unknown, and what would be right.
    """
    return read(Settings, variables)


def table() -> list[tuple[str, str, str]]:
    """Name, default and words of every variable."""
    # Those of a cluster last: who runs it elsewhere needs none of them.
    in_a_cluster = attrs.fields_dict(ServingSettings)
    rows = [
        field.metadata
        for last in (False, True)
        for field in attrs.fields(Settings)
        if (field.name in in_a_cluster) is last
    ]
    return [(row["name"], row["default"], row["words"]) for row in rows]
