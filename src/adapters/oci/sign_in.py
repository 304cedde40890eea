"""What a registry wants to be shown, got in exchange for the credential."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

import attrs
from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.challenge import challenges
from knative_lambda.adapters.oci.docker_config import Credential, credential
from knative_lambda.adapters.oci.errors import REFUSALS, refused, unexpected
from knative_lambda.adapters.oci.grants import Grant, token
from knative_lambda.adapters.oci.transport import Transport
from knative_lambda.domain.errors import SetupError, TransientError


@attrs.frozen
class SignIn:
    """Shows the credential to the registry itself, and to a token server that may see it.

    Attributes:
        config: Docker's `config.json`; it is read each time, so that a new password counts
            without a restart.
        clock: Seconds.
    """

    address: Address
    transport: Transport
    config: Path
    clock: Callable[[], float]

    async def grant(self, headers: Sequence[str], repository: str) -> Grant:
        """What to show for *repository*, by the lines of `WWW-Authenticate` of a 401.

        Raises:
            SetupError: There is nothing that could be shown.
            TransientError: The token server cannot be reached.
        """
        known = await asyncio.to_thread(credential, self.config, self.address.registry)
        wanted = {challenge.scheme: challenge for challenge in reversed(challenges(headers))}
        if "bearer" in wanted:
            return await self._token(wanted["bearer"].parameters, repository, known)
        if "basic" not in wanted:
            raise SetupError(
                f"{self.address.title} asks for credentials in a way that is not ours: "
                "it must offer Basic or Bearer"
            )
        if known is None:
            raise refused(self.address.title, None, HTTPStatus.UNAUTHORIZED)
        return Grant(known.basic, known.user, everywhere=True)

    async def _token(
        self, wanted: Mapping[str, str], repository: str, known: Credential | None
    ) -> Grant:
        realm = self._realm(wanted.get("realm", ""))
        server = f"the token server {realm.host} of {self.address.title}"
        query = {"scope": wanted.get("scope", f"repository:{repository}:pull")}
        if "service" in wanted:
            query["service"] = wanted["service"]
        shown = {"Authorization": known.basic} if known is not None else {}
        user = known.user if known is not None else None
        asked_at = self.clock()
        answer = await self.transport.send("GET", realm.extend_query(query), shown, server)
        if answer.status in REFUSALS:
            raise refused(server, user, answer.status)
        if answer.status != HTTPStatus.OK:
            raise unexpected(server, answer.status)
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
