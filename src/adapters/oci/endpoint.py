"""One repository's part of a registry's API, as somebody who reads or writes there."""

from http import HTTPStatus
from typing import Final

import attrs
from yarl import URL

from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.errors import overloaded, unexpected
from knative_lambda.adapters.oci.request import Request
from knative_lambda.adapters.oci.retries import Retries
from knative_lambda.adapters.oci.scopes import Scope, to_pull, to_push
from knative_lambda.domain.errors import SetupError, TransientError

_CHANGED: Final = frozenset({"DIGEST_INVALID", "BLOB_UPLOAD_INVALID", "SIZE_INVALID"})


@attrs.frozen
class Endpoint:
    """Where requests about the repository *name* go."""

    client: RegistryClient
    name: str
    retries: Retries

    @property
    def reading(self) -> Scope:
        """The right to read there."""
        return to_pull(self.name)

    @property
    def writing(self) -> Scope:
        """The right to write there."""
        return to_push(self.name)

    @property
    def title(self) -> str:
        """What errors call whom is asked."""
        return self.client.address.title

    def url(self, path: str) -> URL:
        """Of *path* there."""
        return self.client.url(self.name, path)

    async def answer(self, scope: Scope, request: Request, *, led: bool = False) -> Answer:
        """What is said to *request*, after some attempts if need be.

        Raises:
            SetupError: There is something to mend.
            TransientError: There was no answer, or the registry has too much to do.
        """
        return await self.retries.tried(lambda: self.once(scope, request, led=led))

    async def once(self, scope: Scope, request: Request, *, led: bool = False) -> Answer:
        """The same, with one attempt."""
        answer = await self.client.answer(scope, request, led=led)
        if error := overloaded(self.client.title(request.url), answer):
            raise error
        return answer

    def unread(self, answer: Answer) -> SetupError | TransientError:
        """The error for an answer that gives nothing of what was asked for."""
        return unexpected(self.title, answer)

    def untaken(self, answer: Answer) -> SetupError | TransientError:
        """The error for an answer that does not take what was sent."""
        whom = self.title
        told = ", ".join([str(answer.status), *sorted(answer.codes)])
        if answer.codes & _CHANGED:
            return TransientError(f"{whom} has got something else than was sent ({told})")
        if answer.status == HTTPStatus.NOT_FOUND:
            return SetupError(
                f"{whom} has no repository {self.name}, and does not make it ({told}): make it"
            )
        if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return SetupError(
                f"{whom} takes nothing so large ({told}): let it, and what stands before it, take "
                "more at once"
            )
        return SetupError(
            f"{whom} does not take what is sent to {self.name} ({told}): see whether it can be "
            "written to, and what it says of this in its log"
        )
