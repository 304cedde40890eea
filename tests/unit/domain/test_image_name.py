"""Names of images are taken apart as registries and builders do."""

import pytest

from knative_lambda.domain.image_name import ImageName, is_registry

DIGEST = f"sha256:{'0a' * 32}"


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("registry.test/hello:1", ImageName("registry.test", "hello", "1")),
        ("localhost:5000/a/b/c:A_b.c-1", ImageName("localhost:5000", "a/b/c", "A_b.c-1")),
        ("registry.test/hello", ImageName("registry.test", "hello", "latest")),
        ("registry.test:1/a-b/c__d", ImageName("registry.test:1", "a-b/c__d", "latest")),
        (f"r/hello@{DIGEST}", ImageName("r", "hello", "latest", DIGEST)),
        (f"r/hello:1@{DIGEST}", ImageName("r", "hello", "1", DIGEST)),
    ],
)
def test_a_name_has_a_host_a_repository_and_a_version(image: str, name: ImageName) -> None:
    assert ImageName.parse(image) == name


@pytest.mark.parametrize(
    "image",
    [
        "",
        "hello",
        "hello:1",
        "/hello:1",
        "r/:1",
        "r/hello:",
        "r/Hello:1",
        "r/../hello:1",
        "r/a//b:1",
        "r/hello:1/2",
        "r/hello:a?b",
        "r/hello:a b",
        f"r/hello:{'t' * 129}",
        "r/hello@sha256:00",
        "r/hello:1\n",
        "u@r/hello:1",
        "https://r/hello:1",
    ],
)
def test_what_is_no_name_is_refused(image: str) -> None:
    with pytest.raises(ValueError, match="must be registry/repository:tag"):
        ImageName.parse(image)


def test_a_digest_counts_before_a_tag() -> None:
    assert ImageName.parse(f"r/hello:1@{DIGEST}").reference == DIGEST
    assert ImageName.parse("r/hello:1").reference == "1"


@pytest.mark.parametrize("name", ["registry.test", "localhost:5000", "r:1/a/b-c", "r:65535"])
def test_a_registry_is_a_host_and_perhaps_a_path(name: str) -> None:
    assert is_registry(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "r/",
        "/a",
        "r/A",
        "r:x",
        "r:65536",
        "r:123456",
        "u@r",
        "https://r",
        "r?",
        "r#",
        "r\n",
        "-r",
    ],
)
def test_nothing_else_is(name: str) -> None:
    assert not is_registry(name)
