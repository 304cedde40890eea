"""Triggers on Knative, seen."""

from collections.abc import Sequence

import attrs

from knative_lambda.adapters.knative.objects import ServingObjects, marks_of
from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.sight import condition_of
from knative_lambda.adapters.kubernetes.api import KubernetesApi
from knative_lambda.adapters.kubernetes.objects import Object
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.trigger_sight import SeenTrigger, TriggerSight


@attrs.frozen
class KnativeTriggerSight(TriggerSight):
    """Finds them by their labels, in one call for some hundred."""

    api: KubernetesApi
    place: Place

    async def of(self, function: FunctionId) -> Sequence[SeenTrigger]:
        """As Knative says they are."""
        triggers = ServingObjects.of(self.api, self.place).triggers
        found = await triggers.list(marks_of(function))
        return sorted(map(_seen, found), key=lambda each: each.name)


def _seen(found: Object) -> SeenTrigger:
    spec = found.get("spec") or {}
    attributes = (spec.get("filter") or {}).get("attributes") or {}
    ready, message = condition_of(found, "the Trigger is being set up")
    return SeenTrigger(
        name=found["metadata"]["name"],
        attributes=tuple(attributes.items()),
        ready=ready,
        message=message,
    )
