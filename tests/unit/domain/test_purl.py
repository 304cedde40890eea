"""Package URLs: what is put into one is what others read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from knative_lambda.domain.purl import purl

_words = st.text("abz019-~_.", min_size=1, max_size=8).filter(lambda word: word.strip("."))
_versions = st.text("abZ019.+-_!~", min_size=1, max_size=12)
_places = st.none() | st.tuples(
    st.sampled_from(["vcs_url", "download_url"]),
    st.text(min_size=1, max_size=20).map(lambda path: f"https://code.test/{path}?a=1&b#c%2F"),
)


@given(namespace=st.lists(_words, max_size=3), name=_words, version=_versions, place=_places)
def test_what_is_put_in_is_read_again(
    namespace: list[str], name: str, version: str, place: tuple[str, str] | None
) -> None:
    made = purl("golang", "/".join([*namespace, name]), version, place)

    read = PackageURL.from_string(made)

    assert read.to_string() == made
    assert read.type == "golang"
    assert (read.namespace, read.name) == ("/".join(namespace) or None, name)
    assert read.version == version
    assert read.qualifiers == (dict([place]) if place else {})


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (purl("npm", "@angular/animation", "12.3.1"), "pkg:npm/%40angular/animation@12.3.1"),
        (purl("pypi", "a", "1!2.0+local"), "pkg:pypi/a@1%212.0%2Blocal"),
        (
            purl("npm", "a", "1.0.0", ("vcs_url", "git+https://code.test:8443/a.git@4f")),
            "pkg:npm/a@1.0.0?vcs_url=git%2Bhttps://code.test:8443/a.git%404f",
        ),
    ],
)
def test_it_is_written_as_the_specification_does(made: str, written: str) -> None:
    assert made == written
    assert PackageURL.from_string(made).to_string() == written
