"""A history tells which layer came from a stage, or it is not told."""

import pytest
from support.base_images import read

from knative_lambda.adapters.assembling.copied_layer import copied

KANIKO = "COPY --from=build /app/function/node_modules function/node_modules/"
BUILDKIT = "COPY /app/function/node_modules function/node_modules/ # buildkit"
BUILDAH = f"/bin/sh -c #(nop) COPY dir:{'1' * 64} in function/node_modules/ "


def found(*history: object) -> str | None:
    """The layer that is found in an image whose history says so: by its content's number."""
    entries = [one if isinstance(one, dict) else {"created_by": one} for one in history]
    count = sum(not entry.get("empty_layer") for entry in entries)
    image = read(contents=[str(number).encode() for number in range(count)], history=entries)
    layer = copied(image)
    if layer is None:
        return None
    place = image.diff_ids.index(layer.diff_id)
    assert layer.described == image.layers[place]
    assert layer.platform == image.platform
    return str(place)


EMPTY = {"created_by": 'ENV COPY="--from=build"', "empty_layer": True}


@pytest.mark.parametrize(
    "words",
    [
        KANIKO,
        BUILDKIT,
        "copy --from=build /a /b",
        "COPY --chown=0:0 --from=build /a /b",
        "COPY --from=0 /a /b",
        "COPY --link /a /b # buildkit",
    ],
)
def test_the_one_copy_from_a_stage_is_found(words: str) -> None:
    assert found("ADD file:1 in /", "COPY entry /usr/bin/ # buildkit", EMPTY, words) == "2"
    assert found(words, EMPTY, "COPY function function/") == "0"


@pytest.mark.parametrize(
    "history",
    [
        [],
        ["COPY function function/"],
        ["COPY function function/ # buildkit"],
        [BUILDAH],
        [KANIKO, KANIKO],
        [BUILDKIT, KANIKO],
        [{"created_by": KANIKO, "empty_layer": True}],
        [f"RUN echo {KANIKO}"],
        ["COPY a --from=b c"],
        [f"COPY --from=build /{'a' * 5000} b"],
        [{"created_by": 5}, {"comment": KANIKO}],
    ],
)
def test_what_cannot_be_told_is_not(history: list[object]) -> None:
    assert found(*history) is None


def test_a_history_of_other_layers_tells_nothing() -> None:
    assert copied(read(contents=(b"one", b"two"), history=[{"created_by": KANIKO}])) is None
    assert copied(read(contents=(b"one",), history=None)) is None
