"""Law 8's HMAC: a completion is believed only with the signature of the build it names."""

import hmac
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.domain import DIGEST, FUNCTION, IMAGE, json_texts, json_values, request_id

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.signing import SIGNATURE, build_key, is_signed, sign

DATA: dict[str, object] = {
    "third_party_id": "acme",
    "parser_id": "orders",
    "build_id": request_id(5),
    "status": "success",
    "image_uri": IMAGE,
    "image_digest": DIGEST,
    "cached": False,
    "nested": {"list": [1, "two", None]},
}
KEY = build_key("service-key", FUNCTION, request_id(5))
DATAS = st.dictionaries(json_texts(), json_values(), max_size=5)


def signed(data: dict[str, object], key: bytes = KEY) -> dict[str, object]:
    return {**data, SIGNATURE: sign(key, data)}


@given(data=DATAS)
def test_law_8_what_was_signed_is_believed(data: dict[str, object]) -> None:
    assert is_signed(KEY, signed(data))


@given(data=DATAS)
def test_law_8_a_signature_survives_the_wire_and_another_order(data: dict[str, object]) -> None:
    arrived = json.loads(json.dumps(signed(data)))

    assert is_signed(KEY, dict(reversed(arrived.items())))


@given(name=st.sampled_from([*DATA]), value=json_values())
def test_law_8_any_change_of_any_field_breaks_it(name: str, value: object) -> None:
    # Compared as JSON: there, unlike in Python, 1, 1.0 and true are three values.
    assume(json.dumps(value, sort_keys=True) != json.dumps(DATA[name], sort_keys=True))

    assert not is_signed(KEY, {**signed(DATA), name: value})


@given(name=st.sampled_from([*DATA]))
def test_law_8_a_field_taken_away_breaks_it(name: str) -> None:
    kept = {key: value for key, value in signed(DATA).items() if key != name}

    assert not is_signed(KEY, kept)


@given(name=json_texts(), value=json_values())
def test_law_8_a_field_added_breaks_it(name: str, value: object) -> None:
    assume(name not in {*DATA, SIGNATURE})

    assert not is_signed(KEY, {**signed(DATA), name: value})


@given(other=st.from_regex(r"[0-9a-f]{32}", fullmatch=True))
def test_law_8_the_key_of_another_build_does_not_verify(other: str) -> None:
    assume(other != request_id(5))

    assert not is_signed(build_key("service-key", FUNCTION, other), signed(DATA))
    assert not is_signed(build_key("another-key", FUNCTION, request_id(5)), signed(DATA))


@pytest.mark.parametrize("other", [FunctionId("globex", "orders"), FunctionId("acme", "b")])
def test_law_8_the_key_of_a_build_of_the_same_id_of_another_function_does_not_verify(
    other: FunctionId,
) -> None:
    assert not is_signed(build_key("service-key", other, request_id(5)), signed(DATA))


@given(forged=json_values() | json_texts())
def test_law_8_anything_else_is_no_signature(forged: object) -> None:
    assert not is_signed(KEY, {**DATA, SIGNATURE: forged})
    assert not is_signed(KEY, DATA)


def test_the_signature_is_the_documented_one() -> None:
    """Another implementation must come to the same: HMAC-SHA256 of the canonical JSON."""
    derived = hmac.new(b"k", b"acme/orders/b", "sha256").digest()
    canonical = rb'{"a":"\u00e4","b":{"c":1,"d":[true,null]}}'
    data = {"b": {"d": [True, None], "c": 1}, "a": "ä"}

    assert build_key("k", FunctionId("acme", "orders"), "b") == derived
    assert sign(derived, data) == hmac.new(derived, canonical, "sha256").hexdigest()
