"""The broker's objects as they are installed, against those that the code declares itself."""

from support.installation import SYSTEM, Key, by_key, of_kind

from knative_lambda.adapters.rabbitmq.topology import Queue, Topology
from knative_lambda.settings import Settings

SETTINGS = Settings()
TOPOLOGY = Topology(SETTINGS.exchange, SETTINGS.queue, SETTINGS.function_dead_letter_queue)


def test_each_exchange_is_of_the_kind_that_the_code_declares(overlay: str) -> None:
    made = {
        spec["name"]: (spec["type"], spec["durable"])
        for spec in (found["spec"] for found in of_kind(overlay, "Exchange"))
    }

    assert made == {
        TOPOLOGY.exchange: ("topic", True),
        TOPOLOGY.dead_letter_exchange: ("fanout", True),
    }


def test_each_queue_has_the_arguments_that_the_code_declares(overlay: str) -> None:
    made = {
        spec["name"]: (spec["type"], spec["durable"], spec["arguments"])
        for spec in (found["spec"] for found in of_kind(overlay, "Queue"))
    }

    assert made == {queue.name: ("quorum", True, queue.arguments) for queue in TOPOLOGY.queues()}


def test_each_queue_is_bound_as_the_code_binds_it(overlay: str) -> None:
    made = [found["spec"] for found in of_kind(overlay, "Binding")]
    bound = sorted((spec["source"], spec["destination"], spec["routingKey"]) for spec in made)

    assert {spec["destinationType"] for spec in made} == {"queue"}
    assert bound == sorted(each for queue in TOPOLOGY.queues() for each in bindings(queue))


def test_no_queue_goes_with_its_object(overlay: str) -> None:
    """Messages wait in them, and dead letters that somebody wants to look at."""
    assert {found["spec"]["deletionPolicy"] for found in of_kind(overlay, "Queue")} == {"retain"}


def test_all_are_in_one_virtual_host_and_made_by_one_secret(overlay: str) -> None:
    found = [one for kind in ("Exchange", "Queue", "Binding") for one in of_kind(overlay, kind)]

    assert {one["spec"]["vhost"] for one in found} == {"/"}
    assert {str(one["spec"]["rabbitmqClusterReference"]) for one in found} == {
        str({"connectionSecret": {"name": "rabbitmq"}})
    }


def test_what_takes_from_the_queue_names_the_queue_of_the_service() -> None:
    knative = by_key("production-knative")[Key("RabbitmqSource", SYSTEM, "builds")]["spec"]
    keda = by_key("production")[Key("ScaledObject", SYSTEM, "consumer")]["spec"]

    assert knative["rabbitmqResourcesConfig"]["predeclared"] is True
    assert knative["rabbitmqResourcesConfig"]["queueName"] == TOPOLOGY.queue
    assert knative["rabbitmqResourcesConfig"]["exchangeName"] == TOPOLOGY.exchange
    assert [one["metadata"]["queueName"] for one in keda["triggers"]] == [TOPOLOGY.queue]


def bindings(queue: Queue) -> list[tuple[str, str, str]]:
    return [(queue.bound_to, queue.name, key) for key in queue.keys if queue.bound_to]
