"""The calls to ECR that we need. Importing this imports the SDK, which takes long."""

import json
from base64 import b64decode
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING, Final, Self

import attrs
from aiobotocore.config import AioConfig
from botocore.exceptions import ClientError, ParamValidationError

from knative_lambda.adapters.aws.answers import Answer
from knative_lambda.adapters.aws.session import session_for
from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.errors import asking
from knative_lambda.adapters.ecr.missing import RepositoryMissingError
from knative_lambda.adapters.ecr.token import Token
from knative_lambda.adapters.oci.media_types import MEDIA_TYPES
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.image_name import ImageName

if TYPE_CHECKING:
    from types_aiobotocore_ecr.client import ECRClient
    from types_aiobotocore_ecr.type_defs import ImageIdentifierTypeDef

_CONNECT: Final = 5  # seconds
_READ: Final = 10
# The latter for a name that no repository can have.
_MISSING: Final = frozenset({"RepositoryNotFoundException", "InvalidParameterException"})
# A tag never moves, so what has none is what a push that failed left behind. Images that an index
# refers to have none either; ECR keeps them as long as it keeps the index.
LIFECYCLE: Final = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "untagged images only: a tagged one may be deployed",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 1,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)


def ecr_client(address: EcrAddress) -> AbstractAsyncContextManager["ECRClient"]:
    """A client, opened by entering it, which connects to nobody yet."""
    # The SDK writes what the variables say into it: it is for this client alone.
    config = AioConfig(
        connect_timeout=_CONNECT,
        read_timeout=_READ,
        retries={"mode": "standard"},  # three attempts, unless AWS_MAX_ATTEMPTS
    )
    return session_for("api.ecr").create_client("ecr", region_name=address.region, config=config)


@attrs.define(eq=False)
class EcrClient:
    """One account's registry, through an open client.

    Every method raises a `SetupError` if there is something to mend, and a `TransientError`
    if ECR cannot be reached.
    """

    address: EcrAddress
    _client: "ECRClient"
    _stack: AsyncExitStack

    @classmethod
    async def open(cls, address: EcrAddress) -> Self:
        """The registry at *address*, with a client of its own; ECR is not asked for anything yet.

        Region and account are the address's; credentials and endpoint those of AWS's variables.
        """
        stack = AsyncExitStack()
        with asking("A client", address.host):
            return cls(address, await stack.enter_async_context(ecr_client(address)), stack)

    async def close(self) -> None:
        """Close the connections."""
        await self._stack.aclose()

    async def create(self, repository: str) -> bool:
        """Make *repository*; whether it was not there."""
        with asking("ecr:CreateRepository", repository):
            try:
                await self._client.create_repository(
                    registryId=self.address.account,
                    repositoryName=repository,
                    imageTagMutability="IMMUTABLE",
                    imageScanningConfiguration={"scanOnPush": True},
                )
            except ClientError as error:
                if Answer.of(error).code != "RepositoryAlreadyExistsException":
                    raise
                return False
        return True

    async def expire_untagged(self, repository: str) -> None:
        """Have ECR remove the images of *repository* that have no tag, after a day."""
        with asking("ecr:PutLifecyclePolicy", repository):
            await self._client.put_lifecycle_policy(
                registryId=self.address.account,
                repositoryName=repository,
                lifecyclePolicyText=LIFECYCLE,
            )

    async def token(self) -> Token:
        """What whoever pushes and pulls may show for half a day."""
        with asking("ecr:GetAuthorizationToken", self.address.host):
            found = await self._client.get_authorization_token()
        try:
            given = found["authorizationData"][0]
            token = b64decode(given["authorizationToken"], validate=True).decode()
            until = given["expiresAt"]
        except (LookupError, ValueError):
            # Not raised from: that error may hold a part of the token.
            raise SetupError("ecr:GetAuthorizationToken: ECR gave no token") from None
        user, _, password = token.partition(":")
        return Token(user, password, until)

    async def digest(self, image: ImageName) -> str | None:
        """That of *image*, or `None` if it is not there.

        Raises:
            RepositoryMissingError: Its repository is not there either.
        """
        wanted: ImageIdentifierTypeDef = {"imageTag": image.tag}
        if image.digest is not None:
            wanted = {"imageDigest": image.digest}
        with asking("ecr:BatchGetImage", image.repository):
            try:
                found = await self._client.batch_get_image(
                    registryId=self.address.account,
                    repositoryName=image.repository,
                    imageIds=[wanted],
                    acceptedMediaTypes=MEDIA_TYPES,
                )
            except ParamValidationError as error:
                raise RepositoryMissingError from error  # none can have that name
            except ClientError as error:
                if Answer.of(error).code not in _MISSING:
                    raise
                raise RepositoryMissingError from error
        # Neither is there when it was something else that answered.
        for one in found.get("images", ()):
            return one["imageId"]["imageDigest"]
        codes = {failure.get("failureCode", "") for failure in found.get("failures", ())}
        if codes != {"ImageNotFound"}:
            said = ", ".join(codes) or "nothing: see AWS_ENDPOINT_URL_ECR"
            raise SetupError(f"ecr:BatchGetImage of {image.repository}: ECR answered {said}")
        return None
