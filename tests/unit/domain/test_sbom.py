"""The list of what is in an image, against the schema of those who made its format."""

import json
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.domain.component import Component
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.purl import purl
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.domain.sbom import sbom

FUNCTION = FunctionId("acme", "hello")
NODE = RUNTIMES["nodejs22"]
BASE = "registry.test/bases/node:22"
ONE = Component("a", "1", purl("npm", "a", "1"), (("SHA-1", "ab" * 20), ("SHA-512", "0f" * 64)))
TWO = Component("@b/c", "2", purl("npm", "@b/c", "2"), optional=True)

_components = st.lists(
    st.builds(
        lambda name, version, hashes, optional: Component(
            name, version, purl("npm", name, version), hashes, optional
        ),
        st.text(min_size=1).filter(lambda name: name.strip("/")),
        st.text(min_size=1),
        st.binary(min_size=32, max_size=32).map(lambda digest: (("SHA-256", digest.hex()),)),
        st.booleans(),
    ),
    unique_by=lambda component: component.purl,
    max_size=5,
)


def read(*components: Component) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sbom(FUNCTION, NODE, BASE, components))
    return document


def fault(document: bytes) -> object:
    return JsonStrictValidator(SchemaVersion.V1_5).validate_str(document.decode())


@given(components=_components)
def test_each_document_is_one_of_cyclonedx(components: list[Component]) -> None:
    assert fault(sbom(FUNCTION, NODE, BASE, components)) is None


def test_what_is_none_of_cyclonedx_would_be_seen() -> None:
    assert fault(sbom(FUNCTION, NODE, BASE, [ONE]).replace(b'"library"', b'"book"')) is not None


@given(components=_components, shuffled=st.randoms(use_true_random=False))
def test_the_same_in_any_order_gives_the_same_bytes(
    components: list[Component], shuffled: Any
) -> None:
    other = list(components)
    shuffled.shuffle(other)

    assert sbom(FUNCTION, NODE, BASE, other) == sbom(FUNCTION, NODE, BASE, components)


def test_it_is_about_the_function_and_names_nothing_else_of_it() -> None:
    assert read()["metadata"]["component"] == {
        "bom-ref": "function",
        "type": "application",
        "group": "acme",
        "name": "hello",
    }


def test_what_the_function_stands_on_is_in_it() -> None:
    assert read()["components"] == [
        {"type": "container", "name": BASE},
        {"type": "platform", "name": "nodejs", "version": "22"},
    ]


def test_each_package_is_in_it_with_what_is_known() -> None:
    assert read(TWO, ONE)["components"][2:] == [
        {
            "bom-ref": "pkg:npm/%40b/c@2",
            "type": "library",
            "name": "@b/c",
            "version": "2",
            "scope": "optional",
            "purl": "pkg:npm/%40b/c@2",
        },
        {
            "bom-ref": "pkg:npm/a@1",
            "type": "library",
            "name": "a",
            "version": "1",
            "scope": "required",
            "purl": "pkg:npm/a@1",
            "hashes": [
                {"alg": "SHA-1", "content": "ab" * 20},
                {"alg": "SHA-512", "content": "0f" * 64},
            ],
        },
    ]


def test_it_does_not_say_that_it_is_all() -> None:
    assert read(ONE)["compositions"] == [{"aggregate": "incomplete", "assemblies": ["function"]}]


@pytest.mark.parametrize("moment", ["timestamp", "serialNumber"])
def test_nothing_in_it_is_of_the_moment(moment: str) -> None:
    assert moment.encode() not in sbom(FUNCTION, NODE, BASE, [ONE])
