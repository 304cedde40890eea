"""The laws of `TriggerSight`."""

import pytest
from contracts.contract import Contract
from support.knative_specs import FUNCTION, filters, spec, trigger_name

from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.service_deployer import ServiceDeployer
from knative_lambda.ports.trigger_sight import TriggerSight

OTHER = FunctionId("acme", "other")


class TriggerSightContract(Contract):
    """What everything that shows Triggers must do."""

    @pytest.fixture
    def deployer(self) -> ServiceDeployer:
        """Back door: binds them."""
        raise NotImplementedError

    @pytest.fixture
    def sight(self, deployer: ServiceDeployer) -> TriggerSight:
        """Looks at what *deployer* binds."""
        raise NotImplementedError

    async def serve(
        self, deployer: ServiceDeployer, *types: str, function: FunctionId = FUNCTION
    ) -> None:
        """Serve the function with a Trigger for each of the *types* of events."""
        wanted = spec(1, *types, function=function)
        await deployer.bind(wanted, await deployer.create(wanted))

    async def test_all_triggers_are_seen_with_their_filters_by_name(
        self, deployer: ServiceDeployer, sight: TriggerSight
    ) -> None:
        await self.serve(deployer, "first", "second", "third")
        seen = await sight.of(FUNCTION)
        kinds = ("first", "second", "third")
        wanted = {trigger_name(kind): dict(filters(kind)[0]) for kind in kinds}
        assert {each.name: dict(each.attributes) for each in seen} == wanted
        assert [each.name for each in seen] == sorted(wanted)

    async def test_those_of_another_function_are_not_seen(
        self, deployer: ServiceDeployer, sight: TriggerSight
    ) -> None:
        await self.serve(deployer, "first")
        await self.serve(deployer, "first", "second", function=OTHER)
        assert len(await sight.of(FUNCTION)) == 1
        assert len(await sight.of(OTHER)) == 2

    async def test_where_there_is_none_none_is_seen(
        self, deployer: ServiceDeployer, sight: TriggerSight
    ) -> None:
        await self.serve(deployer)
        assert list(await sight.of(FUNCTION)) == []
        assert list(await sight.of(OTHER)) == []
