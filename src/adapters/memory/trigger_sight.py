"""Triggers in memory, seen: they are ready at once."""

from collections.abc import Sequence

import attrs

from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.trigger_sight import SeenTrigger, TriggerSight


@attrs.frozen
class MemoryTriggerSight(TriggerSight):
    """Looks at what *deployer* has bound."""

    deployer: MemoryServiceDeployer

    async def of(self, function: FunctionId) -> Sequence[SeenTrigger]:
        """As they are."""
        bound = self.deployer.triggers(names.service(function))
        return [
            SeenTrigger(name=name, attributes=attributes, ready=True)
            for name, attributes in sorted(bound.items())
        ]
