"""Which variables reach builds and functions."""

from pathlib import Path

import pytest

from knative_lambda.adapters.local import environment

OURS = ("AWS_SECRET_ACCESS_KEY", "KLB_COMPLETION_KEY", "PYTHONPATH", "NODE_OPTIONS")
NETWORK = (
    "PIP_INDEX_URL",
    "GOPROXY",
    "npm_config_registry",
    "NPM_CONFIG_REGISTRY",
    "SSL_CERT_FILE",
    "https_proxy",
    "NO_PROXY",
    "NODE_EXTRA_CA_CERTS",
)


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*OURS, *NETWORK):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("HOME", "/home/me")


def test_a_build_gets_what_leads_to_the_registries_and_its_arguments(tmp_path: Path) -> None:
    variables = environment.of_build(tmp_path, (("GREETING", "hello"), ("SSL_CERT_FILE", "mine")))
    assert {name for name in NETWORK if name in variables} == set(NETWORK)
    assert variables["HOME"] == "/home/me"
    assert variables["TMPDIR"] == str(tmp_path)
    assert (variables["CGO_ENABLED"], variables["GOTOOLCHAIN"]) == ("0", "local")
    assert variables["GREETING"] == "hello"
    assert variables["SSL_CERT_FILE"] == "mine"


def test_a_function_gets_what_its_tenant_set_below_our_own() -> None:
    variables = environment.of_function(
        (("PORT", "1"), ("NODE_ENV", "test"), ("GREETING", "hello")), {"PORT": "2"}
    )
    assert (variables["PORT"], variables["NODE_ENV"]) == ("2", "test")
    assert variables["GREETING"] == "hello"
    assert not set(NETWORK) & variables.keys()


def test_nothing_of_this_process_reaches_either(tmp_path: Path) -> None:
    variables = {**environment.of_build(tmp_path, ()), **environment.of_function((), {})}
    assert not set(OURS) & variables.keys()
