"""What a verdict says of why a build failed, and what it never says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.domain.verdict import BuildStatus, Verdict
from knative_lambda.sidecar.verdict import judge


def verdict_of(
    exit_code: int | None, word: str = "Error", message: str = "", log_tail: str = ""
) -> Verdict:
    verdict = judge(BuildStatus(exit_code=exit_code, word=word, message=message, log_tail=log_tail))
    assert verdict is not None
    return verdict


def test_a_failure_says_the_exit_code_and_the_end_of_the_log() -> None:
    verdict = verdict_of(3, "Error", "unused", "line 1\n\tline 2\n\n")

    assert verdict.detail == "exit code 3\nline 1\n\tline 2"
    assert verdict_of(3).detail == "exit code 3"


def test_of_a_long_log_the_end_is_kept() -> None:
    detail = verdict_of(3, log_tail="x" * 5000 + "the end").detail

    assert len(detail) == 2000
    assert detail.startswith("exit code 3\nxxx")
    assert detail.endswith("the end")


def test_credentials_are_told_to_nobody() -> None:
    log = "fetching https://acme:s3cr3t@git.test/a.git\nDB_PASSWORD=s3cr3t"

    assert verdict_of(3, log_tail=log).detail == (
        "exit code 3\nfetching https://[redacted]@git.test/a.git\nDB_PASSWORD=[redacted]"
    )
    assert "s3cr3t" not in verdict_of(3, message=log).detail


@pytest.mark.parametrize(
    ("log", "detail"),
    [
        ("npm error code E401\nnpm error _authToken=s3cr3t-s3cr3t", "credential"),
        ("npm error what password=s3cr3t-s3cr3t", "npm: what password=[redacted]"),
        ("npm error what pass\x1b[0mword=s3cr3t-s3cr3t", "npm: what password=[redacted]"),
        ("go: a@v1.0.0: Get https://ada:s3cr3t@git.test/a", "go: a@v1.0.0: Get ..."),
        ("-----BEGIN PRIVATE KEY-----\nError: s3cr3t\n-----END", "KEY-----[redacted]-----END"),
        ("pip._vendor.TOMLDecodeError: api_key = s3cr3t-s3cr3t", "api_key = [redacted]"),
    ],
)
def test_a_cause_is_told_without_credentials_and_addresses(log: str, detail: str) -> None:
    told = verdict_of(1, log_tail=log).detail

    assert detail in told
    assert "s3cr3t" not in told


def test_what_went_wrong_with_our_context_is_told_to_no_tenant() -> None:
    said = "Error: error resolving source context: bucket-of-ours: NoSuchKey\nUsage:\n  executor\n"

    for word, exit_code in [("Error", 1), ("Evicted", 137)]:
        assert "bucket" not in verdict_of(exit_code, word, log_tail=said).detail
        assert "Usage" not in verdict_of(exit_code, word, log_tail=said).detail


def test_a_known_cause_is_told_alone_and_a_stronger_sign_hides_it() -> None:
    log = "$ npm ci\nadded 3\nnpm error 404  'left-pad@9' is not in this registry.\n"

    assert verdict_of(1, log_tail=log).detail == (
        "npm: left-pad@9 is not in the registry, or this build may not read it (E404)"
    )
    assert verdict_of(137, "OOMKilled", log_tail=log).detail == (
        "the build needed more memory than it may have, in `npm ci`\nadded 3\n"
        "npm error 404  'left-pad@9' is not in this registry."
    )


def test_the_log_goes_before_last_words_that_say_no_more() -> None:
    log, message = "$ make\nin the log", "npm error code E404\nnpm error no such thing"

    assert verdict_of(2, message="last words", log_tail=log).detail == (
        "exit code 2, in `make`\nin the log"
    )
    assert verdict_of(2, message=message, log_tail=log).detail == "npm: no such thing (E404)"
    assert verdict_of(2, message="last words").detail == "exit code 2\nlast words"


@given(
    log=st.text(st.characters(codec=None), max_size=3000),
    message=st.text(st.characters(codec=None), max_size=200),
    exit_code=st.none() | st.integers(-64, 255),
    timed_out=st.booleans(),
)
def test_whatever_a_build_says_its_detail_can_be_published(
    log: str,
    message: str,
    exit_code: int | None,
    timed_out: bool,  # noqa: FBT001  hypothesis draws it
) -> None:
    verdict = judge(
        BuildStatus(exit_code=exit_code, message=message, log_tail=log, timed_out=timed_out)
    )

    if verdict is not None:
        assert len(verdict.detail) <= 2000
        assert all(c in "\n\t" or " " <= c < "\x7f" or c >= "\xa0" for c in verdict.detail)
        verdict.detail.encode()  # there is no half of a surrogate pair
