"""A source that is one file is where the handler is looked for."""

import attrs
import pytest
from contracts.source_fetcher import content, request
from support.network_sources import network_sources

from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest

FETCHER = network_sources(None)


@pytest.mark.parametrize(
    ("url", "runtime", "handler", "path"),
    [
        ("data:,code", "nodejs22", "index.handler", "index.js"),
        ("data:text/plain;charset=utf-8,code", "python313", "app.main", "app.py"),
        ("data:text/javascript;base64,Y29kZQ==", "nodejs22", "src/parse.run", "src/parse.js"),
        ("data:text/x-python,%63ode", "python313", "index.handler", "index.py"),
    ],
)
async def test_data_becomes_the_module_of_the_handler(
    url: str, runtime: str, handler: str, path: str
) -> None:
    asked = attrs.evolve(request(url), runtime=runtime, handler=handler)
    async with FETCHER.fetch(asked) as tree:
        assert content(tree.directory) == {path: "code"}
        assert tree.revision is None


@pytest.mark.parametrize(
    "asked",
    [
        request("data:text/x-python,code"),
        request("data:text/javascript;base64,???"),
        request("data:text/javascript"),
        request("file:///etc"),
        request("ftp://example.com/x.zip"),
        request("s3://bucket/../key"),
        request("https://user:x@example.com/x.zip"),
        attrs.evolve(request("data:,code"), source_ref="main"),
        attrs.evolve(request("data:,code"), source_credentials="forge"),
    ],
    ids=lambda asked: asked.source_url,
)
async def test_what_makes_no_sense_is_rejected(asked: BuildRequest) -> None:
    with pytest.raises(SourceRefusedError) as refusal:
        await FETCHER.fetch(asked).__aenter__()
    assert refusal.value.reason is Reason.SOURCE_REJECTED
    assert ":x@" not in refusal.value.detail
