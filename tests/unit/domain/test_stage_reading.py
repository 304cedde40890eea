"""What decides over what a stage leaves."""

import pytest

from knative_lambda.domain.dockerfile import stages
from knative_lambda.domain.recipe import NoRecipeError, Stage
from knative_lambda.domain.stage_reading import reading

FILES = ("function/a", "function/b/c", "runtime/d")


def last(text: str) -> Stage:
    found = stages(text)
    return reading(found[-1], found, FILES)


def test_a_stage_is_its_instructions_and_what_they_copy() -> None:
    text = (
        "FROM tools:1 AS build\nARG A\nWORKDIR /app\nCOPY --chown=1 function/a ./\n"
        "COPY . all/\nCOPY runtime/ x/\nRUN make $A\n"
    )
    assert last(text) == Stage("build", text.rstrip("\n"), (".", "function/a", "runtime"))


def test_the_stages_that_it_builds_on_count_and_others_do_not() -> None:
    assert last(
        "FROM tools:1 AS common\nCOPY function/a a\nRUN one\n"
        "FROM tools:2\nRUN none\nCOPY function/b b\n"
        "FROM tools:3 AS made\nCOPY runtime r\n"
        "FROM Common AS last\nCOPY --from=made /x /x\nCOPY --from=nginx:1 /y /y\n"
    ) == Stage(
        "last",
        "FROM tools:1 AS common\nCOPY function/a a\nRUN one\n"
        "FROM tools:3 AS made\nCOPY runtime r\n"
        "FROM Common AS last\nCOPY --from=made /x /x\nCOPY --from=nginx:1 /y /y",
        ("function/a", "runtime"),
    )


def test_an_image_that_is_called_as_a_number_is_no_stage() -> None:
    assert last("FROM a\nRUN one\nFROM 0 AS b\n").words == "FROM 0 AS b"


@pytest.mark.parametrize(
    "line",
    [
        "ADD https://code.test/a /a",
        "ONBUILD RUN make",
        "RUN --mount=type=bind,target=/x make",
        "COPY function/* ./",
        "COPY missing ./",
        "COPY $A ./",
    ],
)
def test_what_cannot_be_known_is_refused(line: str) -> None:
    with pytest.raises(NoRecipeError):
        last(f"FROM a AS b\n{line}\n")
