"""What a source in a bucket is when S3 does not give all of it."""

import pytest
from aiohttp import web
from contracts.source_fetcher import request
from support.answering import half
from support.network_sources import network_sources
from support.registry_script import Answer, Script

from knative_lambda.adapters.sources.buckets import AllowedBuckets
from knative_lambda.adapters.sources.source_fetcher import NetworkSources
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def fetcher() -> NetworkSources:
    return network_sources(None, buckets=AllowedBuckets.of(["sources"], "contexts"))


def refusal(status: int, code: str) -> Answer:
    """An answer that refuses."""

    async def answer(_request: web.Request) -> web.Response:
        text = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
        return web.Response(status=status, text=text, content_type="application/xml")

    return answer


async def test_a_source_that_breaks_off_may_be_whole_later(
    fetcher: NetworkSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Script(half) as script:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", script.url(""))
        with pytest.raises(TransientError, match="the answer broke off"):
            await fetcher.fetch(request("s3://sources/x.zip")).__aenter__()


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "InvalidObjectState", "is archived and cannot be read"),
        (400, "KeyTooLongError", "has too long a key"),
    ],
)
async def test_an_object_that_only_its_tenant_can_mend_is_refused(
    fetcher: NetworkSources, status: int, code: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Script(refusal(status, code)) as script:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", script.url(""))
        with pytest.raises(SourceRefusedError) as refused:
            await fetcher.fetch(request("s3://sources/x.zip")).__aenter__()
    assert refused.value.reason is Reason.SOURCE_REJECTED
    assert refused.value.detail.startswith(f"source_url: s3://sources/x.zip: {said}")
