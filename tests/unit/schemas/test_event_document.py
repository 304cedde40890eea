"""The generated part of the document on events."""

import pytest

from knative_lambda.adapters.documents import events
from knative_lambda.adapters.schemas import EventType, schema, schemas, types

TEXT = events(schemas())


def section(short: str) -> str:
    """The section of that type."""
    found = [part for part in TEXT.split("\n### ") if short in part.partition("\n")[0].split(", ")]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("kind", types(), ids=lambda kind: kind.short)
def test_each_type_has_a_section_that_says_what_it_means(kind: EventType) -> None:
    text = section(kind.short)

    assert f"**{kind.title}** ({kind.directions})." in text
    assert schema(kind.name)["description"] in text


def test_a_field_has_a_row() -> None:
    text = section("build.start")

    assert (
        "| `build_timeout` | whole number, 60 to 3600 |  | `1800` |"
        " Seconds after which the build is given up. |" in text
    )
    assert "| `function.triggers[].type` | text | yes |  |" in text
    assert "| `third_party_id` | text | yes |  | The tenant. 1 to 63 letters" in text


def test_an_outcome_is_told_as_it_is_published_and_as_it_is_consumed() -> None:
    published, consumed = section("build.failed").split("As it is consumed:")

    assert "| `retryable` | true or false | yes |" in published
    assert "retryable" not in consumed
    assert "| `build_id` | text | yes |" in published
    assert "| `build_id` | text |  |" in consumed


def test_types_that_share_a_schema_share_a_section() -> None:
    verbs = [section(f"dev.knative.apiserver.resource.{verb}") for verb in ("add", "delete")]

    assert verbs[0] == verbs[1]
    assert "The object, as the API server has it." in verbs[0]


@pytest.mark.parametrize(
    ("direction", "row"),
    [
        ("consumed", "| `source` | text | yes |  | Who sends it. |"),
        ("published", "| `subject` | text | yes |  | The function."),
    ],
)
def test_attributes_have_a_table_of_their_own(direction: str, row: str) -> None:
    text = TEXT.partition(f"### Attributes of what is {direction}\n")[2].partition("\n### ")[0]

    assert row in text
    assert "| `datacontenttype` |" in text
    assert "third_party_id" not in text
