"""Records in ConfigMaps keep the laws of the port, and touch nothing that is not theirs."""

from typing import Any

import pytest
from contracts.records import FUNCTION, OTHER, RecordsContract, horizon, rich
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.faults import Loss

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.domain import labels, names
from knative_lambda.domain.errors import (
    ConflictError,
    OverLimitError,
    PermanentError,
    SetupError,
    TransientError,
)
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, Outcome, Phase, Record
from knative_lambda.ports import record_form
from knative_lambda.ports.records import Records

NAME = names.record(FUNCTION)


def config_map(record: Record, **changes: Any) -> dict[str, Any]:
    """What holds *record*, written out."""
    name = names.record(record.function)
    own = {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": "knative-lambda",
        "app.kubernetes.io/managed-by": "knative-lambda-builder",
        "app.kubernetes.io/component": "record",
        "build.notifi.network/third-party-id": record.function.third_party_id,
        "build.notifi.network/parser-id": record.function.parser_id,
    }
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": BUILDS, "labels": own},
        "data": {"record": record_form.dump(record)},
        **changes,
    }


@pytest.fixture
def records(client: KubernetesClient) -> Records:
    return ConfigMapRecords(client, BUILDS)


class TestConfigMapRecords(RecordsContract):
    @pytest.fixture
    def records(self, client: KubernetesClient, cluster: Cluster) -> Records:
        self.cluster = cluster
        return ConfigMapRecords(client, BUILDS)

    async def stored(self) -> list[Record]:
        found = self.cluster.objects("configmaps", BUILDS)
        return [record_form.load(each["data"]["record"]) for each in found]

    async def plant(self, record: Record) -> None:
        self.cluster.plant(config_map(record))


def asked(cluster: Cluster) -> list[tuple[str, str]]:
    """The calls since the last time."""
    calls = [(call.verb, call.resource) for call in cluster.calls]
    cluster.calls.clear()
    return calls


async def test_each_call_of_the_port_is_one_of_the_api(records: Records, cluster: Cluster) -> None:
    await records.read(FUNCTION)
    assert asked(cluster) == [("get", "configmaps")]
    first = await records.write(horizon(1), None)
    assert asked(cluster) == [("create", "configmaps")]
    second = await records.write(horizon(2), first.version)
    assert asked(cluster) == [("update", "configmaps")]
    await records.list()
    assert asked(cluster) == [("list", "configmaps")]
    await records.erase(FUNCTION, second.version)
    assert asked(cluster) == [("delete", "configmaps")]


async def test_a_record_is_stored_as_a_config_map_of_its_own(
    records: Records, cluster: Cluster
) -> None:
    await records.write(rich(FUNCTION), None)
    (found,) = cluster.objects("configmaps", BUILDS)
    expected = config_map(rich(FUNCTION))
    assert found["data"] == expected["data"]
    assert found["metadata"]["name"] == expected["metadata"]["name"]
    assert found["metadata"]["labels"] == expected["metadata"]["labels"]


@pytest.mark.parametrize("mark", [labels.MANAGED_BY, labels.COMPONENT, labels.PARSER])
async def test_what_is_not_ours_is_neither_read_nor_written_nor_listed(
    records: Records, cluster: Cluster, mark: str
) -> None:
    theirs = config_map(horizon(1))
    theirs["metadata"]["labels"][mark] = "another"
    planted = cluster.plant(theirs)
    with pytest.raises(PermanentError, match="something else has the name"):
        await records.read(FUNCTION)
    with pytest.raises(ConflictError):
        await records.write(horizon(2), None)
    with pytest.raises(ConflictError):
        await records.erase(FUNCTION, None)
    assert cluster.objects("configmaps", BUILDS) == [planted]
    if mark != labels.PARSER:
        assert list(await records.list()) == []


async def test_a_record_that_another_version_of_ours_labelled_is_still_ours(
    records: Records, cluster: Cluster
) -> None:
    older = config_map(horizon(1))
    del older["metadata"]["labels"][labels.PART_OF]
    cluster.plant(older)
    assert (await records.read(FUNCTION)).record == horizon(1)


async def test_a_list_goes_through_all_pages_of_one_version(
    records: Records, cluster: Cluster
) -> None:
    functions = [FunctionId("acme", f"f{number}") for number in range(450)]
    for function in functions:
        cluster.plant(config_map(horizon(1, function)))
    listed = await records.list()
    assert {stored.record.function for stored in listed} == set(functions)
    assert len(listed) == len(functions)
    assert asked(cluster) == [("list", "configmaps")] * 9  # pages of 50


async def test_a_list_that_took_too_long_is_tried_again_later(
    records: Records, cluster: Cluster
) -> None:
    for number in range(201):
        cluster.plant(config_map(horizon(1, FunctionId("acme", f"f{number}"))))
    cluster.faults.add(410, verb="list", when=lambda asked: "continue" in asked.query)
    with pytest.raises(TransientError):
        await records.list()


async def test_a_record_without_room_says_so_and_is_not_written(
    records: Records, cluster: Cluster
) -> None:
    outcome = Outcome(ended_at=1, reason=Reason.BUILD_EXIT, detail="x" * 2000)
    builds = {
        f"{number:032x}": Build(
            id=f"{number:032x}",
            key=Key(number, ""),
            phase=Phase.FAILED,
            accepted_at=1,
            outcome=outcome,
        )
        for number in range(500)
    }
    with pytest.raises(PermanentError, match="is full: it was built too often"):
        await records.write(Record(FUNCTION, builds), None)
    assert asked(cluster) == []
    few = Record(FUNCTION, dict(list(builds.items())[:400]))
    await records.write(few, None)
    assert (await records.read(FUNCTION)).record == few


@pytest.mark.parametrize("data", [{}, {"record": "{"}, {"record": "[]"}, {"record": '{"x": 1}'}])
async def test_a_record_that_somebody_wrote_into_is_told_by_its_name(
    records: Records, cluster: Cluster, data: dict[str, str]
) -> None:
    cluster.plant(config_map(rich(OTHER)))
    cluster.plant(config_map(horizon(1), data=data))
    for look in (records.read(FUNCTION), records.list()):
        with pytest.raises(SetupError, match=f"ConfigMap {NAME}: holds no record"):
            await look


async def test_an_answer_that_was_lost_leaves_a_conflict_to_be_looked_at(
    records: Records, cluster: Cluster
) -> None:
    cluster.faults.add(Loss.AFTER, verb="create", times=1)
    with pytest.raises(TransientError):
        await records.write(horizon(1), None)
    with pytest.raises(ConflictError):
        await records.write(horizon(1), None)
    assert (await records.read(FUNCTION)).record == horizon(1)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (403, 'User "u" cannot get resource "configmaps"', SetupError),
        (403, "exceeded quota: q", OverLimitError),
        (422, "", PermanentError),
        (429, "", TransientError),
        (500, "", TransientError),
        (503, "", TransientError),
    ],
)
async def test_what_the_api_refuses_is_an_error_of_the_ports(
    records: Records, cluster: Cluster, status: int, message: str, error: type[Exception]
) -> None:
    cluster.faults.add(status, message=message)
    for call in (
        records.read(FUNCTION),
        records.write(horizon(1), None),
        records.write(horizon(1), "1"),
        records.erase(FUNCTION, "1"),
        records.list(),
    ):
        with pytest.raises(error):
            await call
