"""The variables by which an operator replaces images and templates."""

from pathlib import Path

import pytest

from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.settings import Settings, SettingsError, from_env


def test_runtimes_stand_on_the_images_that_are_named() -> None:
    assert Settings().runtime_images == RUNTIMES
    pinned = f"registry.test:5000/python:3.11@sha256:{'a' * 64}"
    told = from_env(
        {"KLB_RUNTIME_IMAGES": f"python3.11={pinned}, go127/build = registry.test/go:1 ,"}
    )
    assert told.runtime_images["python311"].base_image == pinned
    assert told.runtime_images["go127"].build_image == "registry.test/go:1"
    assert told.runtime_images["nodejs22"] == RUNTIMES["nodejs22"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("python311", "'python311': must be RUNTIME=IMAGE or RUNTIME/build=IMAGE"),
        ("python311=", "'' for python311 must be an image: registry/repository:tag"),
        ("go127=a/b,go127=a/c", "go127: is named twice"),
        ("go127=a/b,go1.27=a/c", "go127: is named twice, by its name and by an alias"),
        ("cobol=a/b", "'cobol': no such runtime; there are: nodejs22, "),
    ],
)
def test_what_names_no_runtime_or_no_image_is_refused(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_env({"KLB_RUNTIME_IMAGES": text})
    assert str(caught.value).startswith(f"KLB_RUNTIME_IMAGES: {text!r}: {said}")


def test_templates_lie_in_a_folder_that_is_there(tmp_path: Path) -> None:
    assert Settings().templates_dir is None
    assert from_env({"KLB_TEMPLATES_DIR": str(tmp_path)}).templates_dir == tmp_path
    with pytest.raises(SettingsError, match=r"must be a folder that is there$"):
        from_env({"KLB_TEMPLATES_DIR": str(tmp_path / "none")})
