"""What the containers beside Kaniko are told, is told right or refused by name."""

from pathlib import Path

import pytest

from knative_lambda.environment import SettingsError, read
from knative_lambda.sidecar.settings import FetchSettings, SidecarSettings

KEY = "ab" * 32
GOOD = {
    "BUILD_JOB_NAME": "build-acme-hello",
    "THIRD_PARTY_ID": "acme",
    "PARSER_ID": "hello",
    "BUILD_ID": "0" * 32,
    "IMAGE_URI": "registry.test/a:1",
    "BUILD_TIMEOUT": "1800",
    "POD_NAME": "build-acme-hello-abcde",
    "POD_NAMESPACE": "builds",
    "KLB_RABBITMQ_URL": "amqp://sidecar:open%2Fsesame@broker.test:5672/",
}
SECRET = {
    "LOG_URL": "https://s3.test/log?X-Amz-Date=20261123&X-Amz-Signature=signed%2Fby",
    "COMPLETION_KEY": KEY,
}


def refused(**changes: str | None) -> str:
    changed = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(SettingsError) as raised:
        read(SidecarSettings, changed)
    return str(raised.value)


def test_what_must_be_there_is_enough() -> None:
    settings = read(SidecarSettings, {**GOOD, "PATH": "/bin"})
    assert (settings.third_party_id, settings.parser_id) == ("acme", "hello")
    assert settings.timeout == 1800
    assert (settings.publisher, settings.exchange) == ("rabbitmq", "cloud-events")
    assert (settings.log_url, settings.key, settings.log_level) == ("", b"", "info")
    assert settings.account == Path("/var/run/secrets/kubernetes.io/serviceaccount")


def test_the_rest_is_taken() -> None:
    settings = read(SidecarSettings, {**GOOD, **SECRET, "TMPDIR": "/elsewhere"})
    assert settings.key == bytes.fromhex(KEY)
    assert settings.log_url == SECRET["LOG_URL"]
    assert settings.folder == Path("/elsewhere")


@pytest.mark.parametrize("name", GOOD)
def test_what_is_missing_is_named(name: str) -> None:
    assert f"{name}: missing: " in refused(**{name: None})


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("THIRD_PARTY_ID", "a/b", "letters, digits"),
        ("PARSER_ID", "", "letters, digits"),
        ("BUILD_ID", "A" * 32, "32 hex digits"),
        ("IMAGE_URI", "", "must not be empty"),
        ("BUILD_TIMEOUT", "0", "at least 1"),
        ("LOG_URL", "s3://bucket/key", "http://"),
        ("LOG_URL", "https://host:port/key", "http://"),
        ("COMPLETION_KEY", "abc", "hex digits"),
        ("KLB_EVENT_PUBLISHER", "memory", "rabbitmq, http"),
        ("KLB_RABBITMQ_URL", "http://x", "amqp://"),
        ("K_SINK", "nowhere", "http://"),
        ("KLB_LOG_LEVEL", "loud", "debug, info"),
        ("KLB_QUEUE", "builds", "no variable of ours"),
    ],
)
def test_what_is_malformed_is_refused_with_the_rule(name: str, value: str, rule: str) -> None:
    told = refused(**{name: value})
    assert told.startswith(f"{name}: ")
    assert rule in told
    assert len(told.splitlines()) == 1


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = refused(POD_NAME=None, BUILD_ID="x", KLB_LOG_LEVEL="loud", KLB_RABBITMQ_URL=None)
    assert sorted(line.partition(":")[0] for line in told.splitlines()) == [
        "BUILD_ID",
        "KLB_LOG_LEVEL",
        "POD_NAME",
    ]


def test_events_go_to_one_place_that_must_be_known() -> None:
    assert refused(KLB_EVENT_PUBLISHER="http").startswith("K_SINK: missing")
    over_http = {**GOOD, "KLB_EVENT_PUBLISHER": "http", "K_SINK": "http://broker.test/"}
    del over_http["KLB_RABBITMQ_URL"]
    assert read(SidecarSettings, over_http).sink == "http://broker.test/"


def test_secrets_are_known_and_not_shown() -> None:
    settings = read(SidecarSettings, {**GOOD, **SECRET})
    assert {KEY, "open/sesame", "signed/by"} <= set(settings.secrets)
    assert "20261123" not in settings.secrets
    shown = repr(settings)
    assert not [one for one in (KEY, "sesame", "signed") if one in shown]
    told = refused(LOG_URL="ftp://signed", COMPLETION_KEY="sesame", KLB_RABBITMQ_URL="x://sesame")
    assert "sesame" not in told
    assert "signed" not in told


def test_a_fetch_is_told_what_and_where() -> None:
    asked = {"CONTEXT_URL": "https://s3.test/key?signed", "TREE_HASH": "0f" * 32}
    settings = read(FetchSettings, asked)
    assert settings.into == Path("/context/context.tar.gz")
    assert "signed" not in repr(settings)
    with pytest.raises(
        SettingsError, match=r"CONTEXT_URL: missing: (.|\n)*TREE_HASH: 'x': must be 64"
    ):
        read(FetchSettings, {"TREE_HASH": "x"})
