"""The packages of any source: one answer, in bounds, whatever a tenant sends."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL
from support.locked import lock, of_go, of_node, of_python, purls
from support.packing_trees import sources
from support.sources import source

from knative_lambda.adapters.packing.components import MOST, components
from knative_lambda.adapters.packing.source import FOLDER, Source
from knative_lambda.adapters.packing.tarred import TreeChangedError
from knative_lambda.adapters.packing.tree import TreeLimits, scan
from knative_lambda.domain.component import Component
from knative_lambda.domain.runtimes import Language

REAL = [
    of_node(lock("package-lock-1.json")),
    of_node(lock("package-lock-2.json")),
    of_node(lock("package-lock-3.json")),
    of_python(lock("requirements.txt")),
]
_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.just("1.0.0"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["node_modules/a", "a", "version", "resolved", "integrity", "os", "dependencies"]
            )
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("found", REAL)
def test_each_purl_is_read_by_others_as_it_was_meant(found: tuple[Component, ...]) -> None:
    for component in found:
        purl = PackageURL.from_string(component.purl)
        assert "/".join(filter(None, (purl.namespace, purl.name))) == component.name
        assert purl.version == component.version
        assert purl.to_string() == component.purl


@pytest.mark.parametrize("found", REAL)
def test_each_is_told_once_in_one_order(found: tuple[Component, ...]) -> None:
    assert purls(found) == sorted(set(purls(found)))


def test_only_what_the_language_installs_is_told() -> None:
    files = {"requirements.txt": "a==1.0", "package-lock.json": lock("package-lock-3.json")}
    assert purls(components(source(files), Language.PYTHON)) == ["pkg:pypi/a@1.0"]
    assert components(source(files), Language.GO) == ()


@given(packages=_values, dependencies=_values)
def test_no_lock_breaks_it(packages: object, dependencies: object) -> None:
    text = json.dumps({"packages": packages, "dependencies": dependencies})

    assert of_node(text) == of_node(text)


@given(text=st.text())
def test_no_text_breaks_it(text: str) -> None:
    written = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    of_node(written)
    of_python(written)
    of_go(written, written)


def test_there_is_an_end_to_what_is_told() -> None:
    assert len(of_python("\n".join(f"a{number}==1" for number in range(MOST + 1)))) == MOST


def test_a_name_without_end_is_left_out() -> None:
    assert purls(of_python(f"a==1\n{'b' * 2048}==1\n{'c' * 2000}==1")) == [
        "pkg:pypi/a@1",
        f"pkg:pypi/{'c' * 2000}@1",
    ]


def test_a_lock_that_changed_meanwhile_is_not_told(tmp_path: Path) -> None:
    root = sources(tmp_path / "source", **{"requirements.txt": "a==1.0"})
    scanned = Source.of(scan(root, FOLDER, TreeLimits(max_files=9, max_bytes=999)))
    assert purls(components(scanned, Language.PYTHON)) == ["pkg:pypi/a@1.0"]

    sources(root, **{"requirements.txt": "a==2.0"})

    with pytest.raises(TreeChangedError):
        components(scanned, Language.PYTHON)
