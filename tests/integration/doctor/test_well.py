"""Where all is well, `doctor` says so, and leaves nothing behind."""

from support.amqp import Client
from support.sick_world import SickWorld


async def test_where_all_is_well_nothing_is_broken_or_doubtful(world: SickWorld) -> None:
    told = await world.examined()
    assert [each for each in told.findings if each["severity"] != "ok"] == []
    assert told.code == 0
    assert {each["check"] for each in told.findings} == {
        *("broker", "broker queues", "broker rights"),
        *("bucket", "bucket rights", "bucket lifecycle", "clock"),
        *("registry", "registry push"),
        *("cluster", "cluster rights", "namespace", "pod security", "Secret", "ServiceAccount"),
        *("Knative Serving", "Knative Eventing", "Broker"),
    }
    assert len(told.text.splitlines()) == len(told.findings)
    assert "\x1b" not in told.text


async def test_nothing_is_left_behind(world: SickWorld, broker: Client) -> None:
    await world.examined()
    assert await world.bucket.stored() == {}
    for queue in (world.topology.queue, world.topology.dead_letters, world.topology.announced):
        assert await broker.depth(queue) == 0
    changes = {"create", "update", "patch", "delete"}
    made = {call.resource for call in world.cluster.calls if call.verb in changes}
    assert made == {"selfsubjectaccessreviews.authorization.k8s.io"}


async def test_a_broker_where_the_service_makes_all_needs_nothing_beforehand(
    world: SickWorld,
) -> None:
    names = {"KLB_EXCHANGE": "new", "KLB_QUEUE": "newer", "KLB_RABBITMQ_DECLARE": "active"}
    told = await world.examined(**names)
    assert told.broken == []
    (queues,) = (each for each in told.findings if each["check"] == "broker queues")
    assert "not there yet, and made by the service: exchange 'new'" in queues["text"]
    assert (await world.examined(**{**names, "KLB_RABBITMQ_DECLARE": "passive"})).broken == [
        "broker queues"
    ]
