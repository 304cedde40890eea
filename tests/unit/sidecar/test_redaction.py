"""What stands in a log and must not be kept, is not kept."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.domain.redaction import INSTEAD, Redactor
from knative_lambda.sidecar.log_text import HELD, LONGEST, LogText

SECRET = "s3cr3tV4lu3"  # noqa: S105 - planted, in forms that are recognized
TOKEN = "abcdefGHIJKL0123456789abcdefGHIJKL0123"  # noqa: S105 - planted too
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC/s3cr3tV4lu3+Hg=="
FORMS = {
    "user and password": (f"fetching https://acme:{SECRET}@git.test/a.git", SECRET),
    "token for user": (f"fetching https://{TOKEN}@git.test/a.git", TOKEN),
    "amqp": (f"amqp://user:{SECRET}@broker.test:5672/", SECRET),
    "header": (f"> Authorization: Basic {SECRET}", SECRET),
    "header in quotes": (f"-H 'Authorization: token {SECRET}' https://a.test", SECRET),
    "header in JSON": (f'{{"authorization": "Bearer {SECRET}", "a": 1}}', SECRET),
    "AWS header": (
        f"Authorization: AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=host, Signature={SECRET}",
        SECRET,
    ),
    "bearer": (f"sent Bearer {TOKEN}", TOKEN),
    "presigned": (f"GET https://s3.test/a?X-Amz-Date=1&X-Amz-Signature={SECRET}&x=1", SECRET),
    "presigned, who": (f"https://s3.test/a?X-Amz-Credential={SECRET}%2F2026", SECRET),
    "presigned, old": (f"https://s3.test/a?AWSAccessKeyId=x&Signature={SECRET}", SECRET),
    "AWS key id": ("using AKIAIOSFODNN7EXAMPLE now", "AKIAIOSFODNN7EXAMPLE"),
    "AWS secret": (f"AWS_SECRET_ACCESS_KEY={SECRET}/+abc", SECRET),
    "AWS secret, in a file": (f"aws_secret_access_key = {SECRET}", SECRET),
    "AWS session": (f'"AWS_SESSION_TOKEN": "{SECRET}"', SECRET),
    "password": (f"DB_PASSWORD={SECRET}", SECRET),
    "password in YAML": (f"password: {SECRET}", SECRET),
    "npm": (f"//registry.test/:_authToken={SECRET}", SECRET),
    "npm, older": (f"_auth={SECRET}==", SECRET),
    "docker": (f'{{"auths": {{"registry.test": {{"auth": "{SECRET}"}}}}}}', SECRET),
    "identity": (f'"identitytoken": "{SECRET}"', SECRET),
    "api key": (f"X-Api-Key: {SECRET}", SECRET),
    "GitHub": (f"ghp_{TOKEN}", TOKEN),
    "GitHub, fine": (f"github_pat_{TOKEN}", TOKEN),
    "GitLab": (f"glpat-{TOKEN}", TOKEN),
    "npm token": (f"npm_{TOKEN}", TOKEN),
    "PyPI": (f"pypi-{TOKEN}", TOKEN),
    "web token": (f"cookie {JWT};", JWT),
    "private key": (f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}\n-----END RSA PRIVATE KEY-----", KEY),
    "private key with headers": (
        f"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{KEY}\n-----END EC",
        KEY,
    ),
    "private key, cut off": (f"-----BEGIN PRIVATE KEY-----\n{KEY}\n", KEY),
    "known": ("it is correct-horse-battery", "correct-horse-battery"),
    "known, in a URL": ("?q=p%40ss%2Fword", "p%40ss%2Fword"),
}
REDACT = Redactor.of(["correct-horse-battery", "p@ss/word", "", "short"])
HARMLESS = """\
INFO[0001] Retrieving image manifest registry.test/node:22
INFO[0003] Running: [/bin/sh -c npm ci --no-audit --no-fund]
npm warn deprecated inflight@1.0.6: This module is not supported, and leaks memory.
npm http fetch GET 200 https://registry.test/left-pad 35ms (cache miss)
error building image: error building stage: failed to execute command: exit status 1
checking push permission for "registry.test/a": UNAUTHORIZED: authentication required
the key: value of it, token by token; a secret is kept; monkey=1 short
größer ☃\tand so on
"""


def through(text: str, *cuts: int) -> str:
    """What is kept of *text* when it comes in pieces that end there."""
    data = text.encode()
    log = LogText(REDACT)
    ends = [0, *sorted(cuts), len(data)]
    kept = b"".join(log.feed(data[start:end]) for start, end in pairwise(ends))
    return (kept + log.end()).decode()


@pytest.mark.parametrize(("text", "secret"), FORMS.values(), ids=FORMS)
def test_a_secret_is_hidden(text: str, secret: str) -> None:
    assert secret in text
    hidden = REDACT(text)
    assert INSTEAD in hidden
    assert secret not in hidden


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user and password", "fetching https://[redacted]@git.test/a.git"),
        ("header in JSON", '{"authorization": "[redacted]", "a": 1}'),
        ("presigned", "GET https://s3.test/a?X-Amz-Date=1&X-Amz-Signature=[redacted]&x=1"),
        ("docker", '{"auths": {"registry.test": {"auth": "[redacted]"}}}'),
        ("web token", "cookie [redacted];"),
    ],
)
def test_what_stands_around_a_secret_is_kept(name: str, expected: str) -> None:
    assert REDACT(FORMS[name][0]) == expected


@pytest.mark.parametrize(("text", "secret"), FORMS.values(), ids=FORMS)
def test_a_secret_that_comes_in_two_pieces_is_hidden(text: str, secret: str) -> None:
    for cut in range(len(text)):
        kept = through(f"before\n{text}\nafter\n", len("before\n") + cut)
        assert secret not in kept
        assert kept.startswith("before\n")


@pytest.mark.parametrize(("text", "secret"), FORMS.values(), ids=FORMS)
def test_a_secret_that_comes_byte_by_byte_is_hidden(text: str, secret: str) -> None:
    whole = f"before\n{text}\nafter\n"
    assert secret not in through(whole, *range(1, len(whole.encode())))


@pytest.mark.parametrize(("text", "secret"), FORMS.values(), ids=FORMS)
def test_a_secret_where_a_line_without_end_is_cut_is_hidden(text: str, secret: str) -> None:
    start = "x" * (LONGEST + 10)
    for held in range(0, len(text), 3):
        came = f"{start} {text} {'- ' * (HELD // 2)}"[: len(start) + 1 + held + HELD]
        kept = through(f"{came}{'- ' * 10}", len(came.encode()))
        assert secret not in kept


def test_what_is_harmless_is_kept_as_it_is() -> None:
    assert REDACT(HARMLESS) == HARMLESS
    assert through(HARMLESS, 10, 100, 101) == HARMLESS


def test_a_known_secret_that_is_too_short_to_tell_is_left() -> None:
    assert REDACT("a short one") == "a short one"


def test_secrets_are_not_shown_by_who_knows_them() -> None:
    assert "correct-horse" not in repr(REDACT)


def test_what_could_steer_a_terminal_is_written_out() -> None:
    assert through("\x1b[31mred\x1b[0m\r\n10%\r20%\n") == "\\x1b[31mred\\x1b[0m\n10%\\r20%\n"


def test_bytes_that_are_no_text_are_written_out() -> None:
    log = LogText(REDACT)
    assert log.feed(b"\xff\xfe\n") + log.end() == b"\\xff\\xfe\n"


def test_a_letter_that_comes_in_two_pieces_is_whole() -> None:
    assert through("größer\n", 3, 4) == "größer\n"


def test_a_line_is_given_when_it_is_whole_or_nothing_more_comes() -> None:
    log = LogText(REDACT)
    assert log.feed(b"one\ntw") == b"one\n"
    assert log.feed(b"o\nthree") == b"two\n"
    assert log.end() == b"three"
    assert log.end() == b""


@given(st.lists(st.binary(max_size=3000), max_size=60))
def test_little_is_held_back(pieces: list[bytes]) -> None:
    log = LogText(REDACT)
    came = given = 0
    for piece in pieces:
        came += len(piece)
        given += len(log.feed(piece.replace(b"\n", b" ")))
        assert came - given <= LONGEST + 3000
