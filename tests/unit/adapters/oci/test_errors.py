"""What goes wrong on the way to a registry is told, and nothing of what was shown to it."""

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from knative_lambda.adapters.oci.errors import asking
from knative_lambda.domain.errors import TransientError

WRITING = aiohttp.ClientOSError(
    32, "Can not write request body for https://r.test/v2/hello/blobs/uploads/1?_state=hidden"
)
NO_PROXY = {"proxy": None, "proxy_auth": None, "proxy_headers_hash": None}


def _refused() -> aiohttp.ClientConnectorError:
    key = ConnectionKey("r.test", 443, is_ssl=True, ssl=True, **NO_PROXY)
    return aiohttp.ClientConnectorError(key, ConnectionRefusedError(111, "refused"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (WRITING, r"r\.test cannot be reached: ClientOSError"),
        (aiohttp.ClientPayloadError("?_state=hidden"), r"r\.test cannot be reached: ClientPayload"),
        (_refused(), r"r\.test cannot be reached: Cannot connect to host r.test:443 .*\[refused\]"),
    ],
)
def test_an_error_tells_no_more_of_a_url_than_its_host(error: Exception, words: str) -> None:
    with pytest.raises(TransientError, match=words) as raised, asking("r.test"):
        raise error
    assert "hidden" not in str(raised.value)
