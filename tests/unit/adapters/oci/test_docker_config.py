"""Credentials are found where `docker login`, and Secrets for pulling, put them."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from knative_lambda.adapters.oci.credentials import Credential
from knative_lambda.adapters.oci.docker_config import DockerConfig, config_file, credential
from knative_lambda.domain.errors import SetupError


def _encoded(text: str) -> dict[str, str]:
    return {"auth": base64.b64encode(text.encode()).decode()}


def _written(folder: Path, config: Any) -> Path:
    file = folder / "config.json"
    file.write_text(config if isinstance(config, str) else json.dumps(config), "utf-8")
    return file


KNOWN = Credential("u", "p:ä")
ENTRY = _encoded("u:p:ä")


@pytest.mark.parametrize(
    "key", ["r.test:5000", "https://r.test:5000", "https://r.test:5000/v1/", "r.test:5000/v2/"]
)
def test_a_registry_may_be_called_by_its_host_or_by_a_url(tmp_path: Path, key: str) -> None:
    file = _written(tmp_path, {"auths": {key: ENTRY}})
    assert credential(file, "r.test:5000") == KNOWN
    assert credential(file, "r.test:5000/teams/acme") == KNOWN
    for other in ("r.test", "other.test:5000", "r.test:50001", "5000"):
        assert credential(file, other) is None


def test_the_nearest_credential_counts(tmp_path: Path) -> None:
    auths = {"r.test": _encoded("all:1"), "r.test/teams": _encoded("teams:2")}
    file = _written(tmp_path, {"auths": auths})
    assert credential(file, "r.test/teams/acme") == Credential("teams", "2")
    assert credential(file, "r.test/team") == Credential("all", "1")


def test_user_and_password_may_stand_by_themselves(tmp_path: Path) -> None:
    file = _written(tmp_path, {"auths": {"r.test": {"username": "u", "password": "p:ä"}}})
    assert credential(file, "r.test") == KNOWN


@pytest.mark.parametrize(
    "config", [{}, {"auths": {}}, {"auths": {"r.test": {}}}, {"auths": None}, {"credsStore": "x"}]
)
def test_there_may_be_none(tmp_path: Path, config: Any) -> None:
    assert credential(_written(tmp_path, config), "r.test") is None


def test_there_may_be_no_file(tmp_path: Path) -> None:
    assert credential(tmp_path / "none" / "config.json", "r.test") is None


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"credHelpers": {"r.test": "x"}, "auths": {"r.test": ENTRY}}, "a credential helper keeps"),
        ({"credsStore": "x", "auths": {"r.test": {}}}, "credsStore keeps that of r.test"),
        ({"auths": {"r.test": {**ENTRY, "identitytoken": "hidden"}}}, "has a token; log in with"),
        ({"auths": {"r.test": {"registrytoken": "hidden"}}}, "has a token; log in with"),
        ({"auths": {"r.test": "hidden"}}, "must be an object"),
        ({"auths": {"r.test": {"auth": "hidden?"}}}, "auth must be user:password in base64"),
        ({"auths": {"r.test": {"auth": "hiddenä"}}}, "auth must be user:password in base64"),
        ({"auths": {"r.test": {"auth": "/w=="}}}, "auth must be user:password in base64"),
        ({"auths": {"r.test": {"auth": 1}}}, "auth must be user:password in base64"),
        ({"auths": {"r.test": _encoded("hidden")}}, "auth must be user:password in base64"),
        ({"auths": {"r.test": _encoded(":hidden")}}, "auth must be user:password in base64"),
        ({"auths": {"r.test": {"password": "hidden"}}}, "auth must be user:password in base64"),
        ({"auths": {"r.test": {"username": 1, "password": "hidden"}}}, "auth must be"),
        ("[]", "it must be a JSON object"),
        ('{"auths": "hidden', "it must be a JSON object"),
    ],
)
def test_what_we_cannot_use_is_told_without_the_secret(
    tmp_path: Path, config: Any, said: str
) -> None:
    file = _written(tmp_path, config)
    with pytest.raises(SetupError, match=said) as raised:
        credential(file, "r.test")
    assert str(file) in str(raised.value)
    assert "hidden" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").mkdir()
    with pytest.raises(SetupError, match="it cannot be read: Is a directory"):
        credential(tmp_path / "config.json", "r.test")


def test_helpers_of_other_registries_do_not_matter(tmp_path: Path) -> None:
    config = {"credHelpers": {"other.test": "x"}, "credsStore": "y", "auths": {"r.test": ENTRY}}
    assert credential(_written(tmp_path, config), "r.test") == KNOWN


def test_a_credential_is_shown_in_the_header_alone() -> None:
    assert KNOWN.basic == f"Basic {ENTRY['auth']}"
    assert "p:ä" not in repr(KNOWN)


def test_docker_says_where_its_configuration_is(tmp_path: Path) -> None:
    assert config_file({"DOCKER_CONFIG": str(tmp_path)}) == tmp_path / "config.json"
    for unset in ({}, {"DOCKER_CONFIG": ""}):
        assert config_file(unset) == Path.home() / ".docker" / "config.json"


@pytest.mark.parametrize("name", ["https://index.docker.io/v1/", "index.docker.io", "docker.io"])
@pytest.mark.parametrize("registry", ["docker.io", "index.docker.io/acme"])
def test_docker_hub_has_two_names(tmp_path: Path, name: str, registry: str) -> None:
    assert credential(_written(tmp_path, {"auths": {name: ENTRY}}), registry) == KNOWN


async def test_who_asks_is_told_what_to_do(tmp_path: Path) -> None:
    file = _written(tmp_path, {"auths": {"r.test": ENTRY}})
    config = DockerConfig(file, "r.test/a")
    assert await config.find() == KNOWN
    assert "a user who may push there" in config.advice(None, writing=True)
    assert "a user who may read there" in config.advice(None, writing=False)
    assert "let this user push to the repository" in config.advice("u", writing=True)
    assert "let this user read the repository" in config.advice("u", writing=False)
