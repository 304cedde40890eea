"""The table of variables: its defaults, and every way in which it says no."""

import re
from pathlib import Path

import attrs
import pytest

from knative_lambda.service_settings import service_from_env
from knative_lambda.settings import Settings, SettingsError, from_env, table

KEY = "a key that no one knows"
LOCAL = {
    "KLB_CONTEXT_STORE": "directory",
    "KLB_JOB_RUNNER": "local",
    "KLB_SERVICE_DEPLOYER": "local",
}
MEMORY = {
    "KLB_CONTEXT_STORE": "memory",
    "KLB_IMAGE_REGISTRY": "memory",
    "KLB_JOB_RUNNER": "memory",
    "KLB_SERVICE_DEPLOYER": "memory",
    "KLB_SOURCE_FETCHER": "memory",
}


def refusal(**variables: str) -> list[str]:
    """The lines of the error for these variables, of a service on this machine."""
    with pytest.raises(SettingsError) as caught:
        service_from_env({**LOCAL, **variables})
    return str(caught.value).splitlines()


def test_without_variables_everything_has_its_default() -> None:
    assert from_env({}) == Settings()


def test_by_default_a_cluster_builds_and_serves() -> None:
    settings = Settings()
    assert (settings.job_runner, settings.image_registry, settings.service_deployer) == (
        "kubernetes",
        "auto",
        "knative",
    )
    assert (settings.context_store, settings.source_fetcher) == ("s3", "network")
    assert settings.state_dir == Path.home() / ".local/state/knative-lambda"


def test_every_default_is_what_its_variable_would_give() -> None:
    given = {name: default for name, default, _ in table()}
    assert from_env(given) == from_env({})


def test_variables_of_others_are_none_of_our_business() -> None:
    assert from_env({"PATH": "/bin", "KLBX": "1", "klb_prefetch": "none"}) == Settings()


def test_each_variable_reaches_its_field() -> None:
    settings = from_env(
        {
            **MEMORY,
            "KLB_STATE_DIR": "~/state",
            "KLB_PREFETCH": "7",
            "KLB_REGISTRY": "registry.test",
            "KLB_RETRY_FOR": "90s",
            "KLB_LOG_LEVEL": "error",
            "KLB_COMPLETION_KEY": KEY,
        }
    )
    assert settings.job_runner == "memory"
    assert settings.state_dir == Path.home() / "state"
    assert (settings.prefetch, settings.retry_for, settings.log_level) == (7, 90.0, "error")
    assert (settings.registry, settings.completion_key) == ("registry.test", KEY)


def test_nodes_pull_from_where_is_pushed_unless_told_otherwise() -> None:
    pushed = {"KLB_REGISTRY": "push.test"}
    assert from_env(pushed).pulled_from == "push.test"
    assert from_env({**pushed, "KLB_PULL_REGISTRY": "pull.test"}).pulled_from == "pull.test"


def test_completions_are_signed_when_there_is_a_key() -> None:
    assert Settings().signing == "off"
    assert Settings(completion_key=KEY).signing == "on"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("1.5m", 90), ("2h", 7200), ("0.25s", 0.25)]
)
def test_a_duration_is_a_number_and_its_unit(text: str, seconds: float) -> None:
    assert from_env({"KLB_RETRY_FOR": text}).retry_for == seconds


@pytest.mark.parametrize(
    "text", ["", "90", "s", "1d", "-1s", "1 h", ".5s", "1h30m", "1e3s", "90s "]
)
def test_no_other_text_is_a_duration(text: str) -> None:
    assert refusal(KLB_RETRY_FOR=text) == [
        f"KLB_RETRY_FOR: {text!r}: must be a number and s, m or h, such as 90s or 1h"
    ]


@pytest.mark.parametrize("text", ["", "0", "-1", "1.0", "four", " 4", "²"])
def test_a_limit_is_a_whole_number_of_at_least_one(text: str) -> None:
    assert refusal(KLB_MAX_CONTEXTS=text) == [
        f"KLB_MAX_CONTEXTS: {text!r}: must be a whole number of at least 1"
    ]


@pytest.mark.parametrize("text", ["0", "65536", "many"])
def test_a_prefetch_is_what_the_broker_can_count(text: str) -> None:
    assert refusal(KLB_PREFETCH=text) == [
        f"KLB_PREFETCH: {text!r}: must be a whole number from 1 to 65535"
    ]


@pytest.mark.parametrize("text", ["", "lambda/", "a/b-c/", "functions", "x."])
def test_repositories_may_begin_with_any_legal_words(text: str) -> None:
    assert from_env({"KLB_REPOSITORY_PREFIX": text}).repository_prefix == text


@pytest.mark.parametrize("text", ["Lambda/", "/lambda", "a//b", "a b", "é/"])
def test_what_no_registry_takes_begins_no_repository(text: str) -> None:
    assert refusal(KLB_REPOSITORY_PREFIX=text) == [
        f"KLB_REPOSITORY_PREFIX: {text!r}: must be a-z and 0-9 between single / . _ or -"
    ]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    lines = refusal(
        KLB_RETRY_FOR="soon",
        KLB_PREFETCH="many",
        KLB_JOB_RUNNER="remote",
        KLB_PREFTECH="3",
        KLB_ZONE="",
    )
    assert sorted(lines) == [
        "KLB_JOB_RUNNER: 'remote': must be one of: kubernetes, local, memory",
        "KLB_PREFETCH: 'many': must be a whole number from 1 to 65535",
        "KLB_PREFTECH: is no variable of ours; --help lists them",
        "KLB_RETRY_FOR: 'soon': must be a number and s, m or h, such as 90s or 1h",
        "KLB_ZONE: is no variable of ours; --help lists them",
    ]


def test_what_one_makes_the_other_must_be_able_to_use() -> None:
    (line,) = refusal(KLB_SERVICE_DEPLOYER="memory")
    assert line.startswith("KLB_JOB_RUNNER and KLB_SERVICE_DEPLOYER: must both be local or both")


def test_a_build_on_this_machine_reads_its_context_from_a_directory() -> None:
    assert refusal(KLB_CONTEXT_STORE="memory") == [
        "KLB_CONTEXT_STORE: must be directory for KLB_JOB_RUNNER=local"
    ]
    assert from_env(MEMORY).context_store == "memory"


def test_the_key_is_never_shown() -> None:
    secret = from_env({"KLB_COMPLETION_KEY": KEY})
    assert KEY not in repr(secret)
    assert KEY not in "\n".join(refusal(KLB_COMPLETION_KEY=KEY, KLB_PREFETCH="0"))
    assert KEY not in "\n".join(refusal(KLB_COMPLETION_KEY=KEY, KLB_IMAGE_REGISTRY="memory"))


def test_an_unknown_variable_may_be_a_misspelt_key_so_its_value_is_not_shown() -> None:
    assert KEY not in "\n".join(refusal(KLB_COMPLETON_KEY=KEY))


def test_the_table_has_a_full_row_for_every_field() -> None:
    rows = table()
    assert len(rows) == len(attrs.fields(Settings))
    assert len({name for name, _, _ in rows}) == len(rows)
    named = r"(KLB|K|OTEL)_[A-Z_]+"
    assert [row for row in rows if not re.fullmatch(named, row[0]) or not row[2]] == []


def test_a_variable_is_named_for_its_field() -> None:
    # What others set or read, too, has a name of theirs.
    theirs = {"sink": "K_SINK", "collector": "OTEL_EXPORTER_OTLP_ENDPOINT"}
    fields = [field.name for field in attrs.fields(Settings)]
    assert sorted(name for name, _, _ in table()) == sorted(
        theirs.get(field, f"KLB_{field.upper()}") for field in fields
    )


def test_events_go_by_rabbitmq_unless_told_otherwise() -> None:
    settings = Settings()
    assert (settings.event_source, settings.event_publisher) == ("rabbitmq", "rabbitmq")
    assert settings.rabbitmq_url == "amqp://guest:guest@localhost:5672/"
    assert (settings.exchange, settings.queue) == ("cloud-events", "lambda-build-events")
    assert not settings.declares_nothing
    assert from_env({"KLB_RABBITMQ_DECLARE": "passive"}).declares_nothing


@pytest.mark.parametrize(
    "url",
    [
        "amqp://localhost",
        "amqps://user:p%40ss%2Fw%3Ard@broker.test:5671/team%2Fa%20b?heartbeat=5",
        "amqp://guest:guest@[::1]:5672/",
    ],
)
def test_a_broker_may_be_anywhere(url: str) -> None:
    assert from_env({"KLB_RABBITMQ_URL": url}).rabbitmq_url == url


@pytest.mark.parametrize(
    "url",
    ["", "localhost:5672", "http://localhost", "amqp://", "amqp://u:hunter2@:1/", "amqp://h:x"],
)
def test_no_other_text_is_a_broker_and_its_password_is_never_shown(url: str) -> None:
    (line,) = refusal(KLB_RABBITMQ_URL=url)
    assert line.startswith("KLB_RABBITMQ_URL: (hidden): must be amqp:// or amqps://")
    assert "hunter2" not in line


def test_the_credentials_of_the_broker_are_never_shown() -> None:
    assert "hunter2" not in repr(from_env({"KLB_RABBITMQ_URL": "amqp://u:hunter2@broker.test/"}))
    assert "hunter2" not in repr(from_env({"K_SINK": "https://u:hunter2@sink.test/"}))


def test_events_over_http_need_a_sink() -> None:
    assert refusal(KLB_EVENT_PUBLISHER="http") == [
        "K_SINK: missing: required for KLB_EVENT_PUBLISHER=http"
    ]
    (line,) = refusal(KLB_EVENT_PUBLISHER="http", K_SINK="sink.test")
    assert line.startswith("K_SINK: (hidden): must be http:// or https://")


@pytest.mark.parametrize("whose", ["rabbitmq", "registry", "source"])
def test_a_certificate_file_must_be_there(tmp_path: Path, whose: str) -> None:
    file, name = tmp_path / "ca.pem", f"KLB_{whose.upper()}_CA_FILE"
    (line,) = refusal(**{name: str(file)})
    assert line.endswith("must be a file that is there")
    file.write_text("", "utf-8")
    assert getattr(from_env({name: str(file)}), f"{whose}_ca_file") == file
    assert getattr(Settings(), f"{whose}_ca_file") is None


@pytest.mark.parametrize("text", ["", "0", "65536", "http"])
def test_a_port_is_one_that_exists(text: str) -> None:
    assert refusal(KLB_HTTP_PORT=text) == [f"KLB_HTTP_PORT: {text!r}: must be a port: 1 to 65535"]


@pytest.mark.parametrize(
    ("source", "publisher", "taken_by"),
    [
        ("rabbitmq", "rabbitmq", "rabbitmq"),
        ("rabbitmq", "http", "rabbitmq"),
        ("memory", "rabbitmq", "rabbitmq"),
        ("memory", "http", "http"),
        ("memory", "memory", "memory"),
    ],
)
def test_what_cannot_be_handled_over_http_goes_to_the_queue_if_there_is_one(
    source: str, publisher: str, taken_by: str
) -> None:
    settings = Settings(event_source=source, event_publisher=publisher, sink="http://sink.test")
    assert settings.settler == taken_by


def test_contexts_in_s3_need_a_bucket_and_a_job_runner_that_reads_from_there() -> None:
    in_s3 = {**MEMORY, "KLB_CONTEXT_STORE": "s3"}
    assert refusal(**in_s3) == ["KLB_CONTEXT_BUCKET: missing: required for KLB_CONTEXT_STORE=s3"]
    assert from_env({**in_s3, "KLB_CONTEXT_BUCKET": "contexts"}).context_bucket == "contexts"
    assert refusal(KLB_CONTEXT_STORE="s3", KLB_CONTEXT_BUCKET="contexts") == [
        "KLB_CONTEXT_STORE: must be directory for KLB_JOB_RUNNER=local"
    ]


def test_sources_come_from_any_public_host_and_no_bucket_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    settings = Settings()
    assert (settings.allowed_source_hosts, settings.allowed_source_buckets) == ((), ())
    assert (settings.private_sources, settings.source_credentials_dir) == ("refused", None)
    told = from_env(
        {
            "KLB_ALLOWED_SOURCE_HOSTS": "code.test, *.forge.test",
            "KLB_ALLOWED_SOURCE_BUCKETS": "code/{third_party_id}",
            "KLB_ALLOW_PRIVATE_SOURCES": "true",
            "KLB_SOURCE_CREDENTIALS_DIR": str(tmp_path),
        }
    )
    assert told.allowed_source_hosts == ("code.test", "*.forge.test")
    assert told.allowed_source_buckets == ("code/{third_party_id}",)
    assert (told.private_sources, told.source_credentials_dir) == ("allowed", tmp_path)


@pytest.mark.parametrize("text", ["", "yes", "1", "TRUE"])
def test_a_flag_is_true_or_false(text: str) -> None:
    assert refusal(KLB_ALLOW_PRIVATE_SOURCES=text) == [
        f"KLB_ALLOW_PRIVATE_SOURCES: {text!r}: must be true or false"
    ]


def test_credentials_lie_in_a_folder_that_is_there(tmp_path: Path) -> None:
    (line,) = refusal(KLB_SOURCE_CREDENTIALS_DIR=str(tmp_path / "none"))
    assert line.endswith("must be a folder that is there")
