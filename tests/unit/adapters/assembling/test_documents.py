"""What registries say is taken for what it is, whoever wrote it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.assembling.documents import (
    Descriptor,
    Platform,
    UnreadableError,
    a_list,
    encoded,
    parsed,
)

GOOD = {"mediaType": "text/plain", "digest": f"sha256:{'a' * 64}", "size": 3}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(["mediaType", "digest", "size", "os", "architecture", "variant"])


@pytest.mark.parametrize(
    "changed",
    [
        {"mediaType": None},
        {"digest": "sha256:../../x"},
        {"digest": f"sha512:{'a' * 128}"},
        {"digest": f"sha256:{'A' * 64}"},
        {"digest": ["sha256"]},
        {"size": "3"},
        {"size": True},
        {"size": -1},
        {"size": 1 << 50},
        {"size": 3.0},
    ],
)
def test_a_descriptor_that_is_none_is_refused(changed: dict[str, Any]) -> None:
    assert Descriptor.read(GOOD).written() == GOOD
    with pytest.raises(UnreadableError):
        Descriptor.read(GOOD | changed)


@given(st.dictionaries(FIELDS, JSON) | JSON)
def test_whatever_it_is_it_is_read_or_refused(value: Any) -> None:
    for kind in (Descriptor, Platform):
        try:
            again = kind.read(kind.read(value).written())
        except UnreadableError:
            continue
        assert again == kind.read(value)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"os": "linux", "architecture": "amd64"}, "linux/amd64"),
        ({"os": "linux", "architecture": "arm64", "variant": "v8"}, "linux/arm64"),
        ({"os": "linux", "architecture": "arm64"}, "linux/arm64"),
        ({"os": "linux", "architecture": "arm", "variant": "v7"}, "linux/arm/v7"),
        ({"os": "linux", "architecture": "arm", "variant": None}, "linux/arm"),
        ({"os": "linux", "architecture": "arm", "variant": "v 7\n"}, "linux/arm"),
    ],
)
def test_a_platform_has_one_name(value: dict[str, str], name: str) -> None:
    assert Platform.read(value).name == name


@pytest.mark.parametrize(
    "value", [{}, {"os": "linux"}, {"os": "linux", "architecture": "a/b"}, {"os": 1}, "linux"]
)
def test_a_platform_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(UnreadableError):
        Platform.read(value)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parsed(body)


def test_a_list_has_an_end() -> None:
    assert a_list(None) == ()
    assert a_list([1]) == [1]
    wrong: tuple[object, ...] = ([0] * 1001, {}, "text")
    for value in wrong:
        with pytest.raises(UnreadableError):
            a_list(value)


def test_equal_documents_are_equal_bytes() -> None:
    one, other = {"b": 1, "a": {"d": 2, "c": 3}}, {"a": {"c": 3, "d": 2}, "b": 1}
    assert encoded(one) == encoded(other)
    assert json.loads(encoded(one)) == one
