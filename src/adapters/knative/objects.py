"""The objects that serve functions, by their kinds."""

from collections.abc import Mapping
from typing import Self

import attrs

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.refusals import meaning
from knative_lambda.adapters.kubernetes.api import KubernetesApi
from knative_lambda.adapters.kubernetes.kinds import ACCOUNTS, SERVICES, TRIGGERS
from knative_lambda.adapters.kubernetes.objects import Objects
from knative_lambda.domain import labels
from knative_lambda.domain.ids import FunctionId


@attrs.frozen
class ServingObjects:
    """All in one namespace; what is refused of them is told to tenants in the cluster's words."""

    services: Objects
    triggers: Objects
    accounts: Objects

    @classmethod
    def of(cls, api: KubernetesApi, place: Place) -> Self:
        """Those of *place*, by way of *api*."""
        kinds = (SERVICES, TRIGGERS, ACCOUNTS)
        return cls(*(Objects(api, kind, place.namespace, meaning) for kind in kinds))


def marks_of(function: FunctionId) -> Mapping[str, str]:
    """The labels that tell all objects of *function* from those of others."""
    return {labels.THIRD_PARTY: function.third_party_id, labels.PARSER: function.parser_id}
