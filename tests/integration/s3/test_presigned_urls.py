"""A presigned URL is all that a download needs: no credentials, no redirect, no call to S3."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from contracts.context_store import KEY
from support.moto import Moto
from support.presigned import is_valid
from support.s3_bucket import BackDoor
from support.s3_gate import S3Gate
from yarl import URL

from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.domain.errors import SetupError

DAY = 24 * 3600
ODD = "uploads/a b+c/ä%2F&?#.tar.gz"


@pytest.fixture
def secret(moto: Moto) -> str:
    return moto.environment["AWS_SECRET_ACCESS_KEY"]


@pytest.mark.parametrize("key", [KEY, ODD])
async def test_a_presigned_url_is_valid_until_it_expires(
    store: S3ContextStore, secret: str, key: str
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    url = await store.presign(key, 600)
    after = datetime.now(UTC)
    assert is_valid("GET", url, secret, after)
    assert is_valid("GET", url, secret, before + timedelta(seconds=599))
    assert not is_valid("GET", url, secret, after + timedelta(seconds=600))


async def test_a_presigned_url_is_for_reading_that_key_only(
    store: S3ContextStore, secret: str
) -> None:
    url = await store.presign(KEY, 600)
    now = datetime.now(UTC)
    assert not is_valid("PUT", url, secret, now)
    assert not is_valid("GET", url.replace("one.tar.gz", "two.tar.gz"), secret, now)
    assert not is_valid("GET", url.replace("Expires=600", "Expires=6000"), secret, now)
    assert not is_valid("GET", url, "another secret", now)


async def test_a_url_for_sending_is_for_that_alone_and_for_a_time(
    store: S3ContextStore, secret: str
) -> None:
    url = await store.presign_put(KEY, 600)
    now = datetime.now(UTC)
    assert is_valid("PUT", url, secret, now)
    assert not is_valid("GET", url, secret, now)
    assert not is_valid("DELETE", url, secret, now)
    assert not is_valid("PUT", url.replace("one.tar.gz", "two.tar.gz"), secret, now)
    assert not is_valid("PUT", url, secret, now + timedelta(seconds=600))
    query = parse_qs(urlsplit(await store.presign_put(KEY, 30 * DAY)).query)
    assert query["X-Amz-Expires"] == [str(7 * DAY)]


async def test_a_presigned_url_of_an_odd_key_is_downloaded(
    store: S3ContextStore, bucket: BackDoor
) -> None:
    await bucket.plant(ODD, b"content")
    url = URL(await store.presign(ODD, 600), encoded=True)
    async with aiohttp.ClientSession() as client, client.get(url) as response:
        assert (response.status, await response.read()) == (200, b"content")


async def test_presigning_asks_s3_for_nothing(store: S3ContextStore, gate: S3Gate) -> None:
    for presign in (store.presign, store.presign_put):
        assert (await presign(KEY, 600)).startswith(f"{gate.url}/{store.bucket}/{KEY}?")
    assert gate.calls == []


async def test_a_presigned_url_holds_no_secret(store: S3ContextStore, secret: str) -> None:
    assert secret not in await store.presign(KEY, 600)


async def test_a_url_is_valid_for_seven_days_at_most(store: S3ContextStore) -> None:
    query = parse_qs(urlsplit(await store.presign(KEY, 30 * DAY)).query)
    assert query["X-Amz-Expires"] == [str(7 * DAY)]


async def test_temporary_credentials_sign_with_their_token(
    store: S3ContextStore, aws: pytest.MonkeyPatch
) -> None:
    aws.setenv("AWS_SESSION_TOKEN", "a-token")
    query = parse_qs(urlsplit(await store.presign(KEY, 600)).query)
    assert query["X-Amz-Security-Token"] == ["a-token"]


@pytest.mark.parametrize(
    ("bucket", "variables", "begin"),
    [
        ("contexts", {}, "https://contexts.s3.amazonaws.com/"),
        (
            "contexts",
            {"AWS_REGION": "eu-west-1"},
            "https://contexts.s3.eu-west-1.amazonaws.com/",
        ),
        (
            "contexts",
            {"AWS_DEFAULT_REGION": "eu-west-1"},
            "https://contexts.s3.eu-west-1.amazonaws.com/",
        ),
        (
            "contexts",
            {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-3"},
            "https://contexts.s3.eu-west-1.amazonaws.com/",
        ),
        (
            "contexts",
            {"AWS_REGION": "cn-north-1"},
            "https://contexts.s3.cn-north-1.amazonaws.com.cn/",
        ),
        # The certificate of AWS is for one label before its own.
        (
            "con.texts",
            {"AWS_REGION": "eu-west-1"},
            "https://s3.eu-west-1.amazonaws.com/con.texts/",
        ),
        (
            "contexts",
            {"AWS_ENDPOINT_URL": "https://s3.example.test"},
            "https://s3.example.test/contexts/",
        ),
        (
            "contexts",
            {
                "AWS_ENDPOINT_URL": "https://aws.example.test",
                "AWS_ENDPOINT_URL_S3": "http://minio:9000",
            },
            "http://minio:9000/contexts/",
        ),
    ],
)
async def test_aws_is_addressed_by_the_buckets_host_and_others_by_its_path(
    aws: pytest.MonkeyPatch, bucket: str, variables: dict[str, str], begin: str
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        aws.delenv(name)
    for name, value in variables.items():
        aws.setenv(name, value)
    store = S3ContextStore(bucket)
    assert (await store.presign(KEY, 600)).startswith(f"{begin}{KEY}?")
    await store.close()


async def test_without_credentials_nothing_is_presigned(
    store: S3ContextStore, aws: pytest.MonkeyPatch
) -> None:
    aws.delenv("AWS_ACCESS_KEY_ID")
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    for presign in (store.presign, store.presign_put):
        with pytest.raises(SetupError, match=r"there are no AWS credentials, .*: give this"):
            await presign(KEY, 600)
