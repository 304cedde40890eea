"""What an image says of its source: the place, and nothing that opens it."""

import pytest

from knative_lambda.domain.provenance import told


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("https://code.test/acme/hello.git", "https://code.test/acme/hello.git"),
        ("https://code.test:8443/a/b", "https://code.test:8443/a/b"),
        ("https://code.test/a.zip?X-Amz-Signature=secret", "https://code.test/a.zip"),
        ("https://code.test/a.zip#secret", "https://code.test/a.zip"),
        ("https://user:secret@code.test/a", "https://code.test/a"),
        ("ssh://git@code.test/acme/hello.git", "ssh://code.test/acme/hello.git"),
        ("git@code.test:acme/hello.git", "code.test:acme/hello.git"),
        ("s3://bucket/key.tar.gz", "s3://bucket/key.tar.gz"),
    ],
)
def test_a_place_is_told_without_what_opens_it(source: str, place: str) -> None:
    assert told(source) == place


@pytest.mark.parametrize(
    "source",
    ["data:text/javascript,secret@code", "upload:secret", "file:///home/me/secret", "https://[/"],
)
def test_what_is_no_place_is_not_told(source: str) -> None:
    assert told(source) is None
