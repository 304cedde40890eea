"""Where images live, and which of them are ours to deploy."""

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId


@attrs.frozen
class Images:
    """The registry as the service and Kaniko reach it, and as the cluster's nodes do.

    Attributes:
        registry: Host, and path if any, that images are pushed to.
        pull_registry: The same registry as seen by what runs the images.
        prefix: Of every function's repository.
    """

    registry: str
    pull_registry: str
    prefix: str

    def repository(self, function: FunctionId) -> str:
        """The repository of *function*, without the registry."""
        return names.repository(self.prefix, function)

    def image(self, function: FunctionId, tag: str) -> str:
        """`registry/repository:tag`."""
        return f"{self.registry}/{self.repository(function)}:{tag}"

    def is_of(self, function: FunctionId, image: str) -> bool:
        """Whether *image* lies in the repository made for that very function."""
        return without_version(image) == f"{self.registry}/{self.repository(function)}"

    def holds(self, image: str) -> bool:
        """Whether *image* lies anywhere in our registry."""
        return image.startswith(f"{self.registry}/")

    def pulled(self, image: str, digest: str) -> str:
        """What to deploy: *image* by *digest*, as the nodes reach it."""
        path = without_version(image).removeprefix(f"{self.registry}/")
        return f"{self.pull_registry}/{path}@{digest}"


def without_version(image: str) -> str:
    """*image* without its tag and digest."""
    name = image.partition("@")[0]
    path, colon, tag = name.rpartition(":")
    return path if colon and "/" not in tag else name
