"""Whether what events are sent to over HTTP is there."""

from collections.abc import Sequence
from typing import Final

import aiohttp
import attrs
from yarl import URL

from knative_lambda.ports.check import Check, Finding, broken, fine

_SINK: Final = "sink"
_MEND: Final = "see that it runs, and name it: export K_SINK=http://HOST/PATH"
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)  # seconds


@attrs.frozen
class SinkCheck(Check):
    """Sends no event.

    Attributes:
        url: It may hold credentials.
    """

    url: str = attrs.field(repr=False)

    @property
    def subject(self) -> str:
        """The sink."""
        return _SINK

    async def findings(self) -> Sequence[Finding]:
        """Whether it answers at all: it need not like to be asked by HEAD."""
        where = f"{URL(self.url).host}:{URL(self.url).port}"
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as client,
                client.head(self.url, allow_redirects=False),
            ):
                return [fine(_SINK, f"{where} answers")]
        except (aiohttp.ClientError, TimeoutError) as error:
            # Not in its own words: they may hold the URL.
            told = f"{where} does not answer: {type(error).__name__}"
            return [broken(_SINK, told, _MEND)]
