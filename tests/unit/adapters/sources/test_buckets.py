"""Objects are a tenant's own, or nobody's."""

import pytest
from contracts.source_fetcher import request
from support.network_sources import network_sources

from knative_lambda.adapters.sources.buckets import AllowedBuckets, BucketPattern, Place
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason

ALLOWED = AllowedBuckets.of(["sources/t/{third_party_id}", "shared", "contexts"], "contexts")


@pytest.mark.parametrize("url", ["s3://sources/t/acme/x.zip", "s3://shared/x/%2e%2e/y.zip"])
def test_a_tenant_has_its_own_and_what_is_shared(url: str) -> None:
    assert ALLOWED.allow(Place.of(url), "acme")


@pytest.mark.parametrize(
    "url",
    [
        "s3://sources/t/other/x.zip",
        "s3://sources/t/acme-other/x.zip",
        "s3://sources/t/acme",
        "s3://sources/x.zip",
        "s3://sourcest/acme/x.zip",
        "s3://contexts/uploads/other/x.tar.gz",
    ],
)
async def test_nobody_has_anything_else(url: str) -> None:
    fetching = network_sources(None, buckets=ALLOWED).fetch(request(url))
    with pytest.raises(SourceRefusedError) as refusal:
        await fetching.__aenter__()
    assert refusal.value.reason is Reason.SOURCE_UNAUTHORIZED


@pytest.mark.parametrize(
    "url", ["s3://", "s3://b", "s3://bucket/", "s3://bucket//x", "s3://bucket/t/acme/../other/x"]
)
def test_what_names_no_object_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        Place.of(url)


def test_a_key_has_as_many_bytes_as_s3_takes() -> None:
    assert Place.of(f"s3://bucket/{'ü' * 512}").key == "ü" * 512
    with pytest.raises(ValueError, match=r"must be .* of at most 1024 bytes"):
        Place.of(f"s3://bucket/{'ü' * 512}x")


@pytest.mark.parametrize("text", ["", "/x", "Bucket", "{third_party_id}", "*"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        BucketPattern.of(text)
