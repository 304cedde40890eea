"""What the host of a registry in ECR tells: whose it is, and where."""

import re
from typing import Final, Literal, Self

import attrs

# That of Docker's clients, or its twin for IPv6; each may be one that uses FIPS.
_HOST: Final = re.compile(
    r"(?P<account>[0-9]+)\.dkr(?:"
    r"\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)"
    r"|-ecr(?:-fips)?\.(?P<twin>[a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn)"
    r")"
)


@attrs.frozen
class EcrAddress:
    """Of one account's registry in one region.

    Attributes:
        host: As images name it.
        path: What all of our repositories begin with there; may be empty.
    """

    host: str
    account: str
    region: str
    path: str

    @classmethod
    def of(cls, registry: str) -> Self:
        """That of *registry*, a host and perhaps a path.

        Raises:
            ValueError: It is not in ECR.
        """
        host, _, path = registry.partition("/")
        match = _HOST.fullmatch(host)
        if match is None:
            raise ValueError("must be account.dkr.ecr.region.amazonaws.com, and perhaps a path")
        return cls(host, match["account"], match["region"] or match["twin"], path)

    def repository(self, name: str) -> str:
        """What ECR calls our repository *name*."""
        return f"{self.path}/{name}" if self.path else name


def kind_of(registry: str) -> Literal["ecr", "oci"]:
    """Which of our adapters serves *registry*, a host and perhaps a path."""
    return "ecr" if _HOST.fullmatch(registry.partition("/")[0]) else "oci"
