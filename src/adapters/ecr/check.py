"""Whether ECR is there, and permits what the service asks of it."""

import json
from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Final

import attrs

from knative_lambda.adapters.aws.trust import TRUST
from knative_lambda.adapters.ecr.address import EcrAddress
from knative_lambda.adapters.ecr.rights import PUSH, SIGN_IN
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import BuilderError, TransientError
from knative_lambda.ports.check import Check, Finding, broken, doubtful, fine

if TYPE_CHECKING:
    from knative_lambda.adapters.ecr.probe import Probe

_REGISTRY: Final = "registry"
_RIGHTS: Final = "registry rights"
_PUSH: Final = "registry push"
_OURS: Final = ("ecr:BatchGetImage", "ecr:CreateRepository", "ecr:PutLifecyclePolicy")


@attrs.frozen
class EcrCheck(Check):
    """Asks for a repository that is not there; makes none.

    Attributes:
        repository: Of a function that there is not, without the path of *address*.
        prefix: What the functions' own begin with.
    """

    address: EcrAddress
    repository: str
    prefix: str

    @property
    def subject(self) -> str:
        """The registry."""
        return _REGISTRY

    async def findings(self) -> Sequence[Finding]:
        """Whether it answers; and then what it permits."""
        name = self.address.repository(self.repository)
        probe = await (await in_thread(_sdk)).open(self.address, name)
        try:
            try:
                await probe.read()
            except BuilderError as error:
                return [broken(_REGISTRY, str(error), self._to_reach(error, probe))]
            found = fine(_REGISTRY, f"{self.address.host} is there, and images can be looked for")
            return [found, await self._rights(probe), await self._push(probe)]
        finally:
            await probe.close()

    async def _rights(self, probe: "Probe") -> Finding:
        try:
            await probe.rule()
        except BuilderError as error:
            return broken(_RIGHTS, str(error), self._to_permit(_OURS))
        told = (
            "repositories may be told what to remove; whether they may be made is seen by the first"
        )
        return fine(_RIGHTS, told)

    async def _push(self, probe: "Probe") -> Finding:
        try:
            await probe.sign_in()
        except BuilderError as error:
            told = f"seen from here: {error}; builds push by a role of their own"
            return doubtful(_PUSH, told, self._to_permit(PUSH, SIGN_IN))
        return fine(_PUSH, "a token to push with can be had; the rest is seen by the first build")

    def _to_reach(self, error: BuilderError, probe: "Probe") -> str:
        if isinstance(error, TransientError):
            return f"aws ecr describe-registry --region {quote(self.address.region)} must work here"
        if probe.is_of_role(error):
            return TRUST
        if probe.is_denied(error):
            return self._to_permit(_OURS)
        return "export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...; or give it a role"

    def _to_permit(self, actions: Sequence[str], anywhere: str = "") -> str:
        address = self.address
        below = address.repository(self.prefix)
        arn = f"arn:aws:ecr:{address.region}:{address.account}:repository/{below}*"
        statements = [{"Effect": "Allow", "Action": actions, "Resource": arn}]
        if anywhere:
            statements.append({"Effect": "Allow", "Action": anywhere, "Resource": "*"})
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        role = "aws iam put-role-policy --role-name ROLE --policy-name images"
        return f"{role} --policy-document {quote(policy)}"


def _sdk() -> "type[Probe]":
    from knative_lambda.adapters.ecr.probe import Probe  # noqa: PLC0415 - not before it is used

    return Probe
