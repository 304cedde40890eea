"""Which images are ours, and how they are called where they run."""

import pytest
from support.domain import DIGEST, FUNCTION

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.images import Images, without_version

IMAGES = Images("localhost:5000", "registry.cluster.test:80/mirror", "lambda/")
REPOSITORY = f"localhost:5000/{IMAGES.repository(FUNCTION)}"


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("host/a", "host/a"),
        ("host/a:tag", "host/a"),
        (f"host/a@{DIGEST}", "host/a"),
        (f"host/a:tag@{DIGEST}", "host/a"),
        ("host:5000/a", "host:5000/a"),
        ("host:5000/a/b:tag", "host:5000/a/b"),
        (f"host:5000/a@{DIGEST}", "host:5000/a"),
    ],
)
def test_a_port_is_no_tag(image: str, name: str) -> None:
    assert without_version(image) == name


def test_an_image_lies_in_the_repository_of_its_function() -> None:
    assert IMAGES.image(FUNCTION, "v1") == f"{REPOSITORY}:v1"
    assert IMAGES.is_of(FUNCTION, IMAGES.image(FUNCTION, "v1"))
    assert IMAGES.is_of(FUNCTION, f"{REPOSITORY}:v1@{DIGEST}")


@pytest.mark.parametrize(
    "image",
    [
        IMAGES.image(FunctionId("acme", "payments"), "v1"),
        IMAGES.image(FunctionId("Acme", "orders"), "v1"),
        f"{REPOSITORY}/deeper:v1",
        f"{REPOSITORY}x:v1",
        f"evil.test/{IMAGES.repository(FUNCTION)}:v1",
        f"evil.test/{REPOSITORY}:v1",
        "",
    ],
)
def test_law_8_any_other_image_is_not_that_functions(image: str) -> None:
    assert not IMAGES.is_of(FUNCTION, image)


def test_the_registry_holds_what_lies_below_it() -> None:
    assert IMAGES.holds("localhost:5000/anything:v1")
    assert not IMAGES.holds("localhost:50001/anything:v1")
    assert not IMAGES.holds("localhost:5000.evil.test/anything:v1")
    assert not IMAGES.holds("localhost:5000")


def test_an_image_is_pulled_by_its_digest_from_where_the_nodes_reach_it() -> None:
    assert IMAGES.pulled(f"{REPOSITORY}:v1", DIGEST) == (
        f"registry.cluster.test:80/mirror/{IMAGES.repository(FUNCTION)}@{DIGEST}"
    )
