"""Calls to ECR that only tell whether they are permitted. Importing this imports the SDK."""

from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final, Self

import attrs
from botocore.exceptions import ClientError

from knative_lambda.adapters.aws.answers import Answer
from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.client import LIFECYCLE, ecr_client
from knative_lambda.adapters.ecr.errors import asking
from knative_lambda.domain.errors import BuilderError

if TYPE_CHECKING:
    from types_aiobotocore_ecr.client import ECRClient

# Who may not do it is refused before it is looked for; so whoever gets this may.
_MISSING: Final = "RepositoryNotFoundException"


@attrs.frozen
class Probe:
    """Every method raises what `asking` does.

    Attributes:
        repository: One that is not there.
    """

    address: EcrAddress
    repository: str
    client: "ECRClient"
    stack: AsyncExitStack

    @classmethod
    async def open(cls, address: EcrAddress, repository: str) -> Self:
        """With a client of its own."""
        stack = AsyncExitStack()
        with asking("A client", address.host):
            client = await stack.enter_async_context(ecr_client(address))
        return cls(address, repository, client, stack)

    async def close(self) -> None:
        """Close the connections."""
        await self.stack.aclose()

    @staticmethod
    def is_denied(error: BuilderError) -> bool:
        """Whether *error* is for a permission that is missing."""
        cause = error.__cause__
        return isinstance(cause, ClientError) and Answer.of(cause).code.startswith("AccessDenied")

    @staticmethod
    def is_of_role(error: BuilderError) -> bool:
        """Whether *error* is for a role that we do not get."""
        cause = error.__cause__
        return isinstance(cause, ClientError) and Answer.of(cause).of_role

    async def read(self) -> None:
        """See whether images may be looked for."""
        with asking("ecr:BatchGetImage", self.repository):
            await self._missing(
                self.client.batch_get_image(
                    registryId=self.address.account,
                    repositoryName=self.repository,
                    imageIds=[{"imageTag": "none"}],
                )
            )

    async def rule(self) -> None:
        """See whether repositories may be told what to remove."""
        with asking("ecr:PutLifecyclePolicy", self.repository):
            await self._missing(
                self.client.put_lifecycle_policy(
                    registryId=self.address.account,
                    repositoryName=self.repository,
                    lifecyclePolicyText=LIFECYCLE,
                )
            )

    async def sign_in(self) -> None:
        """See whether a token to push with can be had."""
        with asking("ecr:GetAuthorizationToken", self.address.host):
            await self.client.get_authorization_token()

    async def _missing(self, call: Awaitable[object]) -> None:
        try:
            await call
        except ClientError as error:
            if Answer.of(error).code != _MISSING:
                raise
