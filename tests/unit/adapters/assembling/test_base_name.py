"""Names of base images are completed as all others do."""

import pytest

from knative_lambda.adapters.assembling.base_name import BaseName

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("image", "full"),
    [
        ("node", "docker.io/library/node:latest"),
        ("node:22-slim", "docker.io/library/node:22-slim"),
        ("acme/base:1", "docker.io/acme/base:1"),
        ("docker.io/node:22", "docker.io/library/node:22"),
        ("docker.io/library/node:22", "docker.io/library/node:22"),
        ("index.docker.io/acme/base", "docker.io/acme/base:latest"),
        ("gcr.io/distroless/static-debian12:nonroot", "gcr.io/distroless/static-debian12:nonroot"),
        ("localhost/base:1", "localhost/base:1"),
        ("registry.test:5000/base:1", "registry.test:5000/base:1"),
        (f"registry.test/base:1@{DIGEST}", f"registry.test/base@{DIGEST}"),
    ],
)
def test_names_are_completed(image: str, full: str) -> None:
    assert str(BaseName.parse(image)) == full


@pytest.mark.parametrize("image", ["", "Node", "registry.test/", "a b", "node:22:1"])
def test_what_is_no_name_is_refused(image: str) -> None:
    with pytest.raises(ValueError, match="names no image"):
        BaseName.parse(image)


def test_only_a_digest_pins() -> None:
    assert BaseName.parse(f"registry.test/base@{DIGEST}").is_pinned
    assert not BaseName.parse("registry.test/base:1").is_pinned
