"""Where a registry is, and who else may see its credential."""

from pathlib import Path

import pytest
from yarl import URL

from knative_lambda.adapters.oci.address import Address


@pytest.mark.parametrize(
    ("registry", "origin"),
    [
        ("registry.test", "https://registry.test"),
        ("registry.test:5000/a/b", "https://registry.test:5000"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.1/a", "http://127.0.0.1"),
        ("127.1.2.3:80", "http://127.1.2.3:80"),
        ("localhost.test:5000", "https://localhost.test:5000"),
        ("127.0.0.1.test", "https://127.0.0.1.test"),
        ("10.0.0.1", "https://10.0.0.1"),
    ],
)
def test_all_but_this_machine_is_spoken_to_encrypted(registry: str, origin: str) -> None:
    assert Address.of(registry).origin == URL(origin)


def test_plain_is_what_is_told_to_be(tmp_path: Path) -> None:
    assert Address.of("registry.test:80", plain=True).origin == URL("http://registry.test:80")
    assert Address.of("localhost", tmp_path / "ca.pem").origin == URL("https://localhost")
    shared = Address.of("localhost", tmp_path / "ca.pem", besides=True)
    assert shared.origin == URL("http://localhost")


def test_images_name_the_host_alone() -> None:
    assert Address.of("registry.test:5000/a/b").host == "registry.test:5000"
    assert Address.of("registry.test:5000/a/b").title == "the registry registry.test:5000"


@pytest.mark.parametrize(
    ("registry", "realm", "may"),
    [
        ("r.test", "https://r.test/token", True),
        ("r.test", "https://auth.test/token", True),
        ("r.test", "http://r.test/token", False),
        ("localhost:5000", "http://localhost:5001/token", True),
        ("localhost:5000", "http://127.0.0.1:5001/token", False),
        ("localhost:5000", "https://auth.test/token", True),
        ("localhost:5000", "ftp://localhost/token", False),
        ("localhost:5000", "/token", False),
        ("localhost:5000", "", False),
    ],
)
def test_a_token_server_is_encrypted_or_on_the_same_host(
    registry: str, realm: str, *, may: bool
) -> None:
    assert Address.of(registry).may_see_credentials(URL(realm)) is may


def test_docker_hub_is_not_where_images_say() -> None:
    assert Address.of("docker.io").origin == URL("https://registry-1.docker.io")
    assert Address.of("docker.io").host == "docker.io"
    assert Address.of("index.docker.io/acme").origin == URL("https://index.docker.io")


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://r.test/v2/a", True),
        ("https://r.test:443/v2/a", True),
        ("https://R.test/", True),
        ("http://r.test/", False),
        ("https://r.test:5000/", False),
        ("https://s.test/", False),
        ("/v2/a", False),
    ],
)
def test_a_registry_is_one_server(url: str, *, own: bool) -> None:
    assert Address.of("r.test").is_own(URL(url)) is own
