"""What a registry wants to be shown, got in exchange for the credential."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

import attrs
from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.challenge import Challenge
from knative_lambda.adapters.oci.credentials import Credential, CredentialSource
from knative_lambda.adapters.oci.errors import REFUSALS, RegistryRefusalError, refused, unexpected
from knative_lambda.adapters.oci.grants import Grant, token
from knative_lambda.adapters.oci.request import Request
from knative_lambda.adapters.oci.scopes import Scope, united, writes
from knative_lambda.adapters.oci.transport import Transport
from knative_lambda.domain.errors import SetupError, TransientError


@attrs.frozen
class SignIn:
    """Shows the credential to the registry itself, and to a token server that may see it.

    Attributes:
        clock: Seconds.
    """

    address: Address
    transport: Transport
    credentials: CredentialSource
    clock: Callable[[], float]

    async def grant(self, challenges: Sequence[Challenge], scope: Scope) -> Grant:
        """What to show for *scope* to who answered with *challenges*.

        Raises:
            SetupError: There is nothing that could be shown.
            TransientError: The token server, or what knows the credential, cannot be reached.
        """
        asked_at = self.clock()
        known = await self.credentials.find()
        wanted = {challenge.scheme: challenge for challenge in reversed(challenges)}
        if "bearer" in wanted:
            return await self._token(wanted["bearer"].parameters, scope, known)
        if "basic" not in wanted:
            raise SetupError(
                f"{self.address.title} asks for credentials in a way that is not ours: "
                "it must offer Basic or Bearer"
            )
        if known is None:
            raise self.refusal(self.address.title, None, HTTPStatus.UNAUTHORIZED, scope)
        return Grant(known.basic, known.user, asked_at + known.lifetime, everywhere=True)

    def refusal(
        self, whom: str, user: str | None, status: int, scope: Scope
    ) -> RegistryRefusalError:
        """The error for what *whom* answered to *user*, or a stranger, who asked for *scope*."""
        return refused(whom, user, status, self.credentials.advice(user, writing=writes(scope)))

    async def _token(
        self, wanted: Mapping[str, str], scope: Scope, known: Credential | None
    ) -> Grant:
        realm = self._realm(wanted.get("realm", ""))
        server = f"the token server {realm.host} of {self.address.title}"
        # What we are about to do counts, too: some registries ask for less, or for an example.
        asked = united([*wanted.get("scope", "").split(), *scope])
        query = [("scope", word) for word in asked]
        if "service" in wanted:
            query.append(("service", wanted["service"]))
        request = Request("GET", realm.extend_query(query))
        if known is not None:
            request = request.showing(known.basic)
        user = known.user if known is not None else None
        asked_at = self.clock()
        answer = await self.transport.send(request, server)
        if answer.status in REFUSALS:
            raise self.refusal(server, user, answer.status, scope)
        if answer.status != HTTPStatus.OK:
            raise unexpected(server, answer)
        try:
            return token(answer.body, user, asked_at)
        except ValueError as error:
            raise TransientError(f"{server} gave no token") from error

    def _realm(self, text: str) -> URL:
        try:
            realm = URL(text)
            good = realm.user is None and self.address.may_see_credentials(realm)
        except ValueError:
            good = False
        if not good:
            raise SetupError(
                f"{self.address.title} names a token server that credentials must not be sent "
                "to: it must be https, or on the registry's own host"
            )
        return realm
