"""Triggers on Knative, seen."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from knative_lambda.adapters.knative.objects import ServingObjects
from knative_lambda.adapters.knative.place import TRIGGERS, Place
from knative_lambda.adapters.knative.sight import condition_of
from knative_lambda.adapters.kubernetes.api import KubernetesApi
from knative_lambda.domain import labels
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.trigger_sight import SeenTrigger, TriggerSight


@attrs.frozen
class KnativeTriggerSight(TriggerSight):
    """Finds them by their labels, in one call."""

    api: KubernetesApi
    place: Place

    async def of(self, function: FunctionId) -> Sequence[SeenTrigger]:
        """As Knative says they are."""
        of_function = {
            labels.THIRD_PARTY: function.third_party_id,
            labels.PARSER: function.parser_id,
        }
        found = await ServingObjects(self.api, self.place).listed(TRIGGERS, of_function)
        return sorted(map(_seen, found), key=lambda each: each.name)


def _seen(found: Mapping[str, Any]) -> SeenTrigger:
    spec = found.get("spec") or {}
    attributes = (spec.get("filter") or {}).get("attributes") or {}
    ready, message = condition_of(found, "the Trigger is being set up")
    return SeenTrigger(
        name=found["metadata"]["name"],
        attributes=tuple(attributes.items()),
        ready=ready,
        message=message,
    )
