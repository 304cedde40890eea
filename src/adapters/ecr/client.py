"""The calls to ECR that we need; the connection is made with the first."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

import attrs
from botocore.exceptions import ClientError, ParamValidationError

from knative_lambda.adapters.aws.answers import Answer
from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.errors import RepositoryMissingError, asking
from knative_lambda.adapters.oci.image_name import ImageName
from knative_lambda.adapters.oci.manifests import MEDIA_TYPES
from knative_lambda.domain.errors import SetupError

if TYPE_CHECKING:
    from types_aiobotocore_ecr.client import ECRClient
    from types_aiobotocore_ecr.type_defs import ImageIdentifierTypeDef

_CONNECT: Final = 5  # seconds
_READ: Final = 10
# The latter for a name that no repository can have.
_MISSING: Final = frozenset({"RepositoryNotFoundException", "InvalidParameterException"})
# A tag never moves, so what has none is what a push that failed left behind. Images that an index
# refers to have none either; ECR keeps them as long as it keeps the index.
_LIFECYCLE: Final = json.dumps(
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


@attrs.define(eq=False)
class EcrClient:
    """Region and account are the address's; credentials and endpoint those of AWS's variables."""

    address: EcrAddress
    _stack: AsyncExitStack = attrs.field(factory=AsyncExitStack, init=False)
    _opened: "ECRClient | None" = attrs.field(default=None, init=False)
    _opening: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    async def create(self, repository: str) -> bool:
        """Make *repository*; whether it was not there.

        Raises:
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        with asking("ecr:CreateRepository", repository):
            client = await self._client()
            try:
                await client.create_repository(
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
        """Have ECR remove the images of *repository* that have no tag, after a day.

        Raises:
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        with asking("ecr:PutLifecyclePolicy", repository):
            client = await self._client()
            await client.put_lifecycle_policy(
                registryId=self.address.account,
                repositoryName=repository,
                lifecyclePolicyText=_LIFECYCLE,
            )

    async def digest(self, image: ImageName) -> str | None:
        """That of *image*, or `None` if it is not there.

        Raises:
            RepositoryMissingError: Its repository is not there either.
            SetupError: There is something to mend.
            TransientError: ECR cannot be reached.
        """
        wanted: ImageIdentifierTypeDef = {"imageTag": image.tag}
        if image.digest is not None:
            wanted = {"imageDigest": image.digest}
        with asking("ecr:BatchGetImage", image.repository):
            client = await self._client()
            try:
                found = await client.batch_get_image(
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

    async def close(self) -> None:
        """Close the connections."""
        self._opened = None
        await self._stack.aclose()

    async def _client(self) -> "ECRClient":
        async with self._opening:
            if self._opened is None:
                # A tenth of a second, and 20 MB, that only those pay who have images in ECR.
                from aiobotocore.config import AioConfig  # noqa: PLC0415 - see above
                from aiobotocore.session import get_session  # noqa: PLC0415 - see above

                config = AioConfig(
                    connect_timeout=_CONNECT,
                    read_timeout=_READ,
                    retries={"mode": "standard"},  # three attempts, unless AWS_MAX_ATTEMPTS
                )
                made = get_session().create_client(
                    "ecr", region_name=self.address.region, config=config
                )
                self._opened = await self._stack.enter_async_context(made)
            return self._opened
