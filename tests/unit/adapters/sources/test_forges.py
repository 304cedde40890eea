"""Addresses that browsers show lead to repositories."""

import pytest

from knative_lambda.adapters.sources.forges import page
from knative_lambda.adapters.sources.https_url import HttpsUrl
from knative_lambda.domain.errors import SourceRefusedError


@pytest.mark.parametrize(
    ("shown", "repository", "tail"),
    [
        ("https://github.com/o/three.js", "https://github.com/o/three.js.git", ""),
        ("https://www.github.com/o/r/", "https://github.com/o/r.git", ""),
        ("https://github.com/o/r.git", "https://github.com/o/r.git", ""),
        ("https://github.com/o/r/tree/main/a/b", "https://github.com/o/r", "main/a/b"),
        ("https://github.com/o/r/tree/main/a%20b?tab=x", "https://github.com/o/r", "main/a b"),
        ("https://gitlab.com/g/s/p/-/tree/main/a", "https://gitlab.com/g/s/p", "main/a"),
        ("https://git.example.com/g/p/-/tree/v1", "https://git.example.com/g/p", "v1"),
        ("https://bitbucket.org/o/r/src/main/a", "https://bitbucket.org/o/r", "main/a"),
        ("https://codeberg.org/o/r/src/branch/main/a", "https://codeberg.org/o/r", "main/a"),
    ],
)
def test_a_page_shows_a_repository(shown: str, repository: str, tail: str) -> None:
    found = page(HttpsUrl.of(shown))
    assert found is not None
    assert (str(found.repository), found.tail) == (repository, tail)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/r/archive/refs/heads/main.zip",
        "https://github.com/o/r/releases/download/v1/x.tgz",
        "https://gitlab.com/g/p/-/archive/main/p-main.tar.gz",
        "https://git.example.com/o/r",
    ],
)
def test_other_addresses_are_left_alone(url: str) -> None:
    assert page(HttpsUrl.of(url)) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/r/blob/main/index.js",
        "https://gitlab.com/g/p/-/blob/main/index.js",
        "https://github.com/o/r/tree/main/../x",
        "https://github.com/o/r/tree/main/%2e%2e/x",
        "https://github.com/o/r/tree/main/a%0ab",
    ],
)
def test_a_page_of_a_file_or_of_no_folder_is_refused(url: str) -> None:
    with pytest.raises(SourceRefusedError, match=r"must name|shows a file"):
        page(HttpsUrl.of(url))
