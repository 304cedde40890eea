"""What our adapters ask of a Kubernetes API, whichever client carries it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, Protocol

import attrs

JSON: Final = "application/json"
JSON_PATCH: Final = "application/json-patch+json"

Query = Sequence[tuple[str, str]]


@attrs.frozen
class Refusal(Exception):  # noqa: N818 - an answer of the API, which each adapter makes an error of
    """The API answered with anything but success.

    Attributes:
        status: Of HTTP.
        reason: In one word, such as `AlreadyExists`; empty where it gave none.
        message: As a sentence, bounded in length.
    """

    status: int
    reason: str = ""
    message: str = ""

    def __str__(self) -> str:
        return f"{self.status} {self.reason}: {self.message}"


class KubernetesApi(Protocol):
    """Calls of JSON; signed in, bounded in time."""

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Query = (),
        content_type: str = JSON,
    ) -> Mapping[str, Any]:
        """The object that the API answers with.

        Args:
            method: Of HTTP.
            path: From the server's root, such as `/api/v1/namespaces/builds/configmaps/x`.
            body: What JSON can say; `None` for no body.
            query: Of the URL.
            content_type: Of the body.

        Raises:
            Refusal: The API says no; also when it is overloaded or broken itself.
            TransientError: There is no answer.
        """
        ...


class StreamingApi(KubernetesApi, Protocol):
    """Gives what does not come all at once, too."""

    def stream(self, path: str, query: Query, quiet: float) -> AsyncGenerator[bytes, None]:
        """What the API sends, piece by piece, until it ends that.

        Args:
            path: As for `call`.
            query: Of the URL.
            quiet: Seconds that it may be silent in between.

        Raises:
            Refusal: The API says no.
            TransientError: There is no answer, or it broke off.
        """
        ...
