"""What a registry says of errors and waits is read, and nothing else is believed."""

import json

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from knative_lambda.adapters.oci.answer import Answer


def _answer(body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(400, CIMultiDictProxy(CIMultiDict(named)), body)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (
            {"errors": [{"code": "A_B"}, {"code": "c"}, {"code": "A_B", "message": "m"}]},
            {"A_B", "c"},
        ),
        ({"errors": [{"code": "a b"}, {"code": 1}, {"code": "A" * 61}, {}, "A"]}, set()),
        ({"errors": {"code": "A"}}, set()),
        ({"code": "A"}, set()),
        (["errors"], set()),
    ],
)
def test_the_codes_of_errors_are_read(body: object, codes: set[str]) -> None:
    assert _answer(json.dumps(body).encode()).codes == codes


@pytest.mark.parametrize("body", [b"", b"<p>", b'{"errors": [', b"\xff", b"[" * 100_000])
def test_what_is_no_json_has_none(body: bytes) -> None:
    assert _answer(body).codes == frozenset()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("0", 0), ("-1", 0), ("1.5", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("", 0)],
)
def test_a_wait_is_in_seconds(said: str, seconds: float) -> None:
    assert _answer(Retry_After=said).wait == seconds


def test_no_wait_is_none() -> None:
    assert _answer().wait == 0


def test_what_is_not_said_is_empty() -> None:
    assert _answer().digest == ""
    assert _answer(Docker_Content_Digest="sha256:0").digest == "sha256:0"


def test_a_body_is_not_told() -> None:
    assert "hidden" not in repr(_answer(b"hidden"))
