"""Images of an operator's own under the runtimes."""

import re

import pytest

from knative_lambda.domain.base_images import with_images
from knative_lambda.domain.runtimes import RUNTIMES

DIGEST = f"registry.test/node@sha256:{'a' * 64}"


def test_without_other_images_the_table_is_as_it_was() -> None:
    assert with_images(RUNTIMES, {}) == RUNTIMES


@pytest.mark.parametrize("name", ["nodejs22", "node22", "nodejs22.x"])
def test_an_interpreted_runtime_is_built_on_what_it_runs_on(name: str) -> None:
    changed = with_images(RUNTIMES, {name: DIGEST})
    assert (changed["nodejs22"].base_image, changed["nodejs22"].build_image) == (DIGEST, DIGEST)
    assert {row for row in changed if changed[row] != RUNTIMES[row]} == {"nodejs22"}


def test_what_it_is_built_on_is_named_apart() -> None:
    changed = with_images(RUNTIMES, {"python3.12/build": DIGEST})["python312"]
    assert changed.base_image == RUNTIMES["python312"].base_image
    assert changed.build_image == DIGEST


def test_a_compiled_runtime_keeps_its_compiler_under_another_base() -> None:
    changed = with_images(RUNTIMES, {"go127": DIGEST})["go127"]
    assert changed.base_image == DIGEST
    assert changed.build_image == RUNTIMES["go127"].build_image


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ({"cobol": DIGEST}, "'cobol': no such runtime; there are: nodejs22"),
        ({"go127/run": DIGEST}, "'go127/run': no such runtime"),
        ({"go127": "a b"}, "'a b' for go127 must be an image"),
        ({"go127": "golang"}, "'golang' for go127 must be an image"),
        ({"go127": DIGEST, "go1.27": DIGEST}, "go127: is named twice"),
    ],
)
def test_what_names_no_runtime_or_no_image_is_refused(images: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        with_images(RUNTIMES, images)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError, match=r"'cobol': .*; '' for go127/build must be"):
        with_images(RUNTIMES, {"cobol": DIGEST, "go127/build": ""})
