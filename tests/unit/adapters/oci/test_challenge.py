"""What servers ask for is read in every form that the grammar allows, and in no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.oci.challenge import Challenge, challenges


@pytest.mark.parametrize(
    ("header", "parameters"),
    [
        ('Bearer realm="https://a/token",service="s",scope="repository:a/b:pull,push"',
         {"realm": "https://a/token", "service": "s", "scope": "repository:a/b:pull,push"}),
        ('bearer REALM = "a" , Service=s', {"realm": "a", "service": "s"}),
        (r'Bearer realm="say \"a\" \\ b"', {"realm": r'say "a" \ b'}),
        ('Bearer realm="first",realm="second"', {"realm": "first"}),
        ('Bearer realm=""', {"realm": ""}),
        ("Bearer", {}),
    ],
)  # fmt: skip
def test_parameters_are_read(header: str, parameters: dict[str, str]) -> None:
    assert challenges([header]) == [Challenge("bearer", parameters)]


def test_several_ways_may_stand_in_one_header_or_in_several() -> None:
    basic, bearer = Challenge("basic", {"realm": "a, b"}), Challenge("bearer", {"realm": "c"})
    assert challenges(['Basic realm="a, b", Bearer realm="c"']) == [basic, bearer]
    assert challenges(['Basic realm="a, b"', 'Bearer realm="c"']) == [basic, bearer]


@pytest.mark.parametrize(
    "header",
    [
        'Basic realm="r", Negotiate YWJj==, Bearer realm="c"',
        'Basic realm="r", Bearer"c"',
        'Basic realm="r" ;',
        'Basic realm="r", Bearer realm="without end',
    ],
)
def test_what_cannot_be_read_ends_its_header(header: str) -> None:
    found = challenges([header])
    assert found[0] == Challenge("basic", {"realm": "r"})
    assert "c" not in [challenge.parameters.get("realm") for challenge in found]


@pytest.mark.parametrize("header", ["", " , ", '"', "=", 'realm="a"', "\0"])
def test_a_header_that_asks_for_nothing_is_read_as_such(header: str) -> None:
    assert challenges([header]) == []


@given(st.lists(st.text(alphabet='aB =",\\\t;realm'), max_size=3))
def test_whatever_is_sent_is_read_without_an_error(headers: list[str]) -> None:
    for challenge in challenges(headers):
        assert challenge.scheme == challenge.scheme.lower() != ""
