"""Whether whoever asks is permitted all that the service does in a namespace."""

import asyncio
from collections.abc import Sequence
from typing import Final

import attrs

from knative_lambda.adapters.kubernetes.api import KubernetesApi, Refusal
from knative_lambda.adapters.kubernetes.errors import Asked, meaning
from knative_lambda.adapters.kubernetes.kinds import Kind
from knative_lambda.adapters.kubernetes.rights import FILE, Right
from knative_lambda.ports.check import Check, Finding, broken, fine

_RIGHTS: Final = "cluster rights"
_REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@attrs.frozen
class RightsCheck(Check):
    """Has the API say what it would let pass.

    Attributes:
        rights: That the service needs there.
    """

    api: KubernetesApi
    namespace: str
    rights: tuple[Right, ...]

    @property
    def subject(self) -> str:
        """The rights."""
        return _RIGHTS

    async def findings(self) -> Sequence[Finding]:
        """One of all rights that are missing, or of none."""
        asked = [(verb, right.kind) for right in self.rights for verb in right.verbs]
        answers = await asyncio.gather(*(self._may(verb, kind) for verb, kind in asked))
        denied = [
            f"{verb} {kind}" for (verb, kind), may in zip(asked, answers, strict=True) if not may
        ]
        where = f"in the namespace {self.namespace}"
        if denied:
            told = f"whoever runs this may not {', '.join(denied)} {where}"
            return [broken(_RIGHTS, told, f"kubectl apply --filename {FILE}")]
        return [fine(_RIGHTS, f"all that the service does {where} is permitted")]

    async def _may(self, verb: str, kind: Kind) -> bool:
        attributes = {"namespace": self.namespace, "verb": verb}
        attributes |= {"group": kind.group, "resource": kind.resource}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        try:
            answer = await self.api.call("POST", _REVIEWS, review)
        except Refusal as refusal:
            raise meaning(refusal, Asked("create", "selfsubjectaccessreviews")) from refusal
        return bool(answer.get("status", {}).get("allowed"))
