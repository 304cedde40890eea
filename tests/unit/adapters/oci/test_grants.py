"""Grants are used until they expire, and forgotten before there are too many."""

import pytest

from knative_lambda.adapters.oci.grants import MOST, Grant, Grants, token

HEADER = "Bearer t"


@pytest.mark.parametrize(
    ("answer", "until"),
    [
        (b'{"token": "t", "expires_in": 300}', 340),
        (b'{"access_token": "t", "expires_in": 100}', 180),
        (b'{"token": "t", "access_token": "other", "expires_in": 100}', 180),
        (b'{"token": "t", "expires_in": 0.5}', 100.4),
        (b'{"token": "t"}', 148),
        (b'{"token": "t", "expires_in": "300"}', 148),
        (b'{"token": "t", "expires_in": true}', 148),
    ],
)
def test_a_token_is_used_for_most_of_its_life(answer: bytes, until: float) -> None:
    grant = token(answer, "u", 100.0)
    assert (grant.header, grant.user, grant.everywhere) == (HEADER, "u", False)
    assert grant.until == pytest.approx(until)


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", b"{}", b'{"token": null}', b'{"token": "a b"}', b'{"token": "\xc3\xa4"}'],
)
def test_what_holds_no_token_gives_none(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"token|Expecting value"):
        token(answer, None, 0.0)


def test_a_grant_is_for_its_repository_until_its_time() -> None:
    grants = Grants()
    grant = Grant(HEADER, "u", until=10.0)
    grants.keep(("one",), grant)
    assert grants.find(("one",), 9.9) is grant
    assert grants.find(("one",), 10.0) is None
    assert grants.find(("two",), 0.0) is None


def test_a_grant_for_everywhere_is_for_all_repositories() -> None:
    grants = Grants()
    grant = Grant("Basic b", "u", everywhere=True)
    grants.keep(("one",), grant)
    assert grants.find(("two",), 1e9) is grant
    grants.drop(("two",), grant)
    assert grants.find(("one",), 0.0) is None


def test_only_the_grant_that_failed_is_dropped() -> None:
    grants = Grants()
    failed, newer = Grant(HEADER, "u"), Grant(HEADER, "u")
    grants.keep(("one",), failed)
    grants.keep(("one",), newer)
    grants.drop(("one",), failed)
    assert grants.find(("one",), 0.0) is newer


def test_the_oldest_grant_goes_when_there_are_too_many() -> None:
    grants = Grants()
    for number in range(MOST + 1):
        grants.keep((f"r{number}",), Grant(HEADER, "u"))
    assert grants.find(("r0",), 0.0) is None
    assert grants.find(("r1",), 0.0) is not None
    assert grants.find((f"r{MOST}",), 0.0) is not None


def test_a_grant_is_not_told() -> None:
    assert "Bearer" not in repr(Grant(HEADER, "u"))
