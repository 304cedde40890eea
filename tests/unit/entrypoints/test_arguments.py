"""Values on a command line are read, or it is told what would be right."""

from argparse import ArgumentTypeError

import pytest

from knative_lambda.entrypoints.arguments import count


def test_a_count_is_at_least_one() -> None:
    assert count("20") == 20


@pytest.mark.parametrize("text", ["0", "-1", "many", ""])
def test_what_is_no_count_is_told(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="must be a whole number of at least 1"):
        count(text)
