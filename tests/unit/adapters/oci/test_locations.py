"""Where something goes on is left as the registry wrote it, and not gone to blindly."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.locations import location, with_digest
from knative_lambda.domain.errors import SetupError

DIGEST = f"sha256:{'0' * 64}"


def _location(registry: str, told: str) -> str:
    address = Address.of(registry)
    answer = Answer(202, CIMultiDictProxy(CIMultiDict({"Location": told})), b"")
    return str(location(address, address.origin / "v2" / "a" / "blobs" / "uploads" / "", answer))


@pytest.mark.parametrize(
    ("registry", "told", "there"),
    [
        ("r.test", "/v2/a?b=%2F%3d+c", "https://r.test/v2/a?b=%2F%3d+c"),
        ("r.test", "1?b=c", "https://r.test/v2/a/blobs/uploads/1?b=c"),
        ("r.test", "https://r.test:443/v2/a", "https://r.test/v2/a"),
        ("r.test", "https://storage.test/a#b", "https://storage.test/a"),
        ("localhost:5000", "http://storage.test/a", "http://storage.test/a"),
        ("localhost:5000", "https://storage.test/a", "https://storage.test/a"),
    ],
)
def test_it_is_as_it_stands(registry: str, told: str, there: str) -> None:
    assert _location(registry, told) == there


@pytest.mark.parametrize(
    "told",
    [
        *("", "//", "http://r.test/v2/a", "http://storage.test/a", "ftp://r.test/a"),
        *("https://me@storage.test/a", "https://r.test:port/a", "https://[", "mailto:a"),
    ],
)
def test_some_places_are_not_gone_to(told: str) -> None:
    with pytest.raises(SetupError, match="a place that is not gone to"):
        _location("r.test", told)


def test_it_may_be_missing() -> None:
    address = Address.of("r.test")
    with pytest.raises(SetupError, match="a place that is not gone to"):
        location(address, address.origin, Answer(202, CIMultiDictProxy(CIMultiDict()), b""))


def test_a_digest_is_asked_for_besides() -> None:
    for text, joined in (("https://r.test/a", "?"), ("https://r.test/a?b=%2F%3d+c", "&")):
        url = URL(text, encoded=True)
        assert str(with_digest(url, DIGEST)) == f"{text}{joined}digest={DIGEST}"
