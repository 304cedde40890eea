"""The laws of `ServiceDeployer`."""

from abc import abstractmethod
from collections.abc import Mapping

import pytest
from contracts.contract import Contract, eventually

from knative_lambda.domain import names
from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.ports.service_deployer import Service, ServiceDeployer, ServiceSpec

Attributes = tuple[tuple[str, str], ...]

FUNCTION, OTHER = FunctionId("acme", "hello"), FunctionId("acme", "other")
NAME = names.service(FUNCTION)
FIRST: Attributes = (("source", "network.notifi.acme"), ("type", "first"))
SECOND: Attributes = (("source", "network.notifi.acme"), ("type", "second"))


def key(at: int) -> Key:
    """The key of the desire that was the *at*-th."""
    return Key(1_800_000_000_000_000_000 + at, f"{at:032x}")


def trigger(attributes: Attributes, function: FunctionId = FUNCTION) -> str:
    """The name of the Trigger with that filter."""
    return names.trigger(function, attributes)


class ServiceDeployerContract(Contract):
    """What everything that serves functions must do."""

    @pytest.fixture
    def deployer(self) -> ServiceDeployer:
        """A deployer without Services."""
        raise NotImplementedError

    @abstractmethod
    async def plant(self, name: str) -> None:
        """Back door: put a Service there that is not ours."""

    @abstractmethod
    async def image(self, name: str) -> str | None:
        """Back door: the image that our Service *name* was last told to serve."""

    @abstractmethod
    async def triggers(self) -> Mapping[str, Attributes]:
        """Back door: the filters of all Triggers, by their names, whoever owns them."""

    async def settled(self, deployer: ServiceDeployer, name: str) -> Service:
        """The Service once nobody else writes to it: for a delete, which names its version."""
        seen = await deployer.look(name)
        assert seen is not None
        return seen

    def spec(self, at: int, *triggers: Attributes, function: FunctionId = FUNCTION) -> ServiceSpec:
        """What the *at*-th desire wants served."""
        return ServiceSpec(
            name=names.service(function),
            function=function,
            build_id=f"{at:032x}",
            key=key(at),
            image=f"pull.test/lambda/acme-hello@sha256:{at:064x}",
            config=FunctionConfig(),
            triggers=tuple((trigger(attributes, function), attributes) for attributes in triggers),
        )

    async def _await_triggers(self, expected: Mapping[str, Attributes]) -> None:
        async def reached() -> bool:
            return await self.triggers() == expected

        await eventually(reached)

    async def test_a_service_that_was_created_is_seen(self, deployer: ServiceDeployer) -> None:
        assert await deployer.look(NAME) is None
        created = await deployer.create(self.spec(1))
        seen = await deployer.look(NAME)
        assert seen is not None
        assert (seen.name, seen.uid, seen.key) == (NAME, created.uid, key(1))
        assert created.key == key(1)
        assert await self.image(NAME) == self.spec(1).image
        assert await deployer.look(names.service(OTHER)) is None

    async def test_create_never_overwrites(self, deployer: ServiceDeployer) -> None:
        created = await deployer.create(self.spec(1))
        with pytest.raises(ConflictError):
            await deployer.create(self.spec(2))
        seen = await deployer.look(NAME)
        assert seen is not None
        assert (seen.uid, seen.key) == (created.uid, key(1))
        assert await self.image(NAME) == self.spec(1).image

    async def test_what_is_not_ours_has_no_key_and_is_never_written(
        self, deployer: ServiceDeployer
    ) -> None:
        await self.plant(NAME)
        before = await deployer.look(NAME)
        assert before is not None
        assert before.key is None
        with pytest.raises(ConflictError):
            await deployer.create(self.spec(1))
        with pytest.raises(ConflictError):
            await deployer.patch(self.spec(2), key(1))
        after = await deployer.look(NAME)
        assert after is not None
        assert (after.uid, after.key) == (before.uid, None)

    async def test_patch_writes_over_the_key_it_expects_to_the_same_object(
        self, deployer: ServiceDeployer
    ) -> None:
        created = await deployer.create(self.spec(1))
        patched = await deployer.patch(self.spec(2), key(1))
        seen = await deployer.look(NAME)
        assert seen is not None
        assert (seen.uid, seen.key) == (created.uid, key(2))
        assert (patched.uid, patched.key) == (created.uid, key(2))
        assert patched.version != created.version
        assert await self.image(NAME) == self.spec(2).image

    async def test_patch_over_another_key_fails_and_changes_nothing(
        self, deployer: ServiceDeployer
    ) -> None:
        await deployer.create(self.spec(1))
        await deployer.patch(self.spec(3), key(1))
        for expected in (1, 2, 4):
            with pytest.raises(ConflictError):
                await deployer.patch(self.spec(5), key(expected))
        seen = await deployer.look(NAME)
        assert seen is not None
        assert seen.key == key(3)
        assert await self.image(NAME) == self.spec(3).image

    async def test_patch_makes_no_service(self, deployer: ServiceDeployer) -> None:
        with pytest.raises(ConflictError):
            await deployer.patch(self.spec(2), key(1))
        assert await deployer.look(NAME) is None

    async def _gone(self, deployer: ServiceDeployer) -> None:
        async def gone() -> bool:
            return await deployer.look(NAME) is None

        await eventually(gone)

    async def test_delete_removes_the_service_and_its_companions(
        self, deployer: ServiceDeployer
    ) -> None:
        created = await deployer.create(self.spec(1, FIRST))
        await deployer.bind(self.spec(1, FIRST), created)
        await deployer.delete(await self.settled(deployer, NAME))
        await self._gone(deployer)
        await self._await_triggers({})
        await deployer.create(self.spec(2))
        await self._await_triggers({})

    async def test_delete_leaves_a_service_that_was_written_since(
        self, deployer: ServiceDeployer
    ) -> None:
        created = await deployer.create(self.spec(1, FIRST))
        await deployer.bind(self.spec(1, FIRST), created)
        seen = await self.settled(deployer, NAME)
        await deployer.patch(self.spec(2, FIRST), key(1))
        with pytest.raises(ConflictError):
            await deployer.delete(seen)
        assert await self.image(NAME) == self.spec(2).image
        await self._await_triggers({trigger(FIRST): FIRST})

    async def test_delete_leaves_another_service_of_the_same_name(
        self, deployer: ServiceDeployer
    ) -> None:
        await deployer.create(self.spec(1))
        seen = await self.settled(deployer, NAME)
        await deployer.delete(seen)
        await self._gone(deployer)
        anew = await deployer.create(self.spec(1))
        assert anew.uid != seen.uid
        with pytest.raises(ConflictError):
            await deployer.delete(seen)
        present = await deployer.look(NAME)
        assert present is not None
        assert present.uid == anew.uid

    async def test_deleting_what_is_gone_is_no_error(self, deployer: ServiceDeployer) -> None:
        await deployer.create(self.spec(1))
        seen = await self.settled(deployer, NAME)
        await deployer.delete(seen)
        await self._gone(deployer)
        await deployer.delete(seen)
        assert await deployer.look(NAME) is None

    async def test_binding_makes_the_triggers(self, deployer: ServiceDeployer) -> None:
        created = await deployer.create(self.spec(1, FIRST, SECOND))
        assert await self.triggers() == {}
        await deployer.bind(self.spec(1, FIRST, SECOND), created)
        await self._await_triggers({trigger(FIRST): FIRST, trigger(SECOND): SECOND})

    async def test_binding_again_changes_nothing(self, deployer: ServiceDeployer) -> None:
        created = await deployer.create(self.spec(1, FIRST))
        await deployer.bind(self.spec(1, FIRST), created)
        before = await deployer.look(NAME)
        await deployer.bind(self.spec(1, FIRST), created)
        await self._await_triggers({trigger(FIRST): FIRST})
        after = await deployer.look(NAME)
        assert before is not None
        assert after is not None
        assert (after.uid, after.key) == (before.uid, before.key)

    async def test_a_companion_of_what_is_gone_is_gone(self, deployer: ServiceDeployer) -> None:
        created = await deployer.create(self.spec(1, FIRST))
        await deployer.delete(await self.settled(deployer, NAME))
        await self._gone(deployer)
        await deployer.bind(self.spec(1, FIRST), created)
        await self._await_triggers({})
        await deployer.create(self.spec(2, SECOND))
        await deployer.bind(self.spec(1, FIRST), created)
        await self._await_triggers({})

    async def test_a_companion_is_never_given_a_smaller_key(
        self, deployer: ServiceDeployer
    ) -> None:
        created = await deployer.create(self.spec(1, FIRST))
        await deployer.bind(self.spec(3, FIRST), created)
        await deployer.bind(self.spec(1, FIRST), created)
        await deployer.prune(self.spec(2))
        await self._await_triggers({trigger(FIRST): FIRST})

    async def test_a_companion_is_given_a_larger_key(self, deployer: ServiceDeployer) -> None:
        created = await deployer.create(self.spec(1, FIRST))
        await deployer.bind(self.spec(1, FIRST), created)
        await deployer.bind(self.spec(3, FIRST), created)
        await deployer.prune(self.spec(2))
        await self._await_triggers({trigger(FIRST): FIRST})

    async def test_prune_removes_the_older_triggers_that_are_not_wanted(
        self, deployer: ServiceDeployer
    ) -> None:
        created = await deployer.create(self.spec(1, FIRST, SECOND))
        await deployer.bind(self.spec(1, FIRST, SECOND), created)
        await deployer.prune(self.spec(2, SECOND))
        await self._await_triggers({trigger(SECOND): SECOND})

    async def test_prune_removes_none_that_a_newer_desire_wrote(
        self, deployer: ServiceDeployer
    ) -> None:
        created = await deployer.create(self.spec(1, FIRST))
        await deployer.bind(self.spec(1, FIRST), created)
        await deployer.bind(self.spec(3, SECOND), created)
        await deployer.prune(self.spec(2))
        await self._await_triggers({trigger(SECOND): SECOND})

    async def test_prune_leaves_other_services_alone(self, deployer: ServiceDeployer) -> None:
        other = self.spec(1, FIRST, function=OTHER)
        await deployer.create(self.spec(1, FIRST))
        await deployer.bind(other, await deployer.create(other))
        await deployer.prune(self.spec(2))
        assert await self.triggers() == {trigger(FIRST, OTHER): FIRST}
