"""A broker that does not fit is told of in words that say what to do, and never a password."""

import time
from pathlib import Path

import attrs
import pytest
from contracts.event_publisher import STARTED
from support.amqp import Client
from support.rabbitmq import RabbitMQServer
from support.tcp_proxy import TcpProxy, free_port

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq import dial
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.errors import BuilderError, SetupError, TransientError


async def refusal(link: Link, kind: type[BuilderError] = SetupError) -> str:
    """What is said of why *link* cannot be opened."""
    with pytest.raises(kind) as caught:
        await link.channel()
    assert link.metrics.counts["connected"] == 0  # type: ignore[attr-defined]  # it is in memory
    return str(caught.value)


async def declared(client: Client, delivery_limit: int = 100) -> None:
    """Somebody has declared the client's topology."""
    link = link_to(client.url, attrs.evolve(client.topology, delivery_limit=delivery_limit))
    await link.channel()
    await link.close()


def link_to(url: str, topology: Topology, **more: object) -> Link:
    return Link(url, topology, MemoryMetrics(), **more)  # type: ignore[arg-type]  # as it says


async def test_a_queue_with_other_arguments_is_named_with_them_and_three_ways_out(
    client: Client, topology: Topology
) -> None:
    await declared(client, delivery_limit=5)
    told = await refusal(link_to(client.url, topology))
    assert f"queue '{topology.queue}' exists already and is another" in told
    assert "x-delivery-limit" in told
    for way_out in ("delete it once it is empty", "another name", "KLB_RABBITMQ_DECLARE=passive"):
        assert way_out in told


async def test_an_exchange_of_another_type_is_named(client: Client, topology: Topology) -> None:
    await (await client.channel()).declare_exchange(topology.exchange, "headers", durable=True)
    told = await refusal(link_to(client.url, topology))
    assert f"exchange '{topology.exchange}' exists already and is another" in told
    assert "topic" in told


@pytest.mark.parametrize("what", ["exchange", "queue", "dead_letters"])
async def test_what_is_missing_is_named_when_nothing_is_declared(
    client: Client, topology: Topology, what: str
) -> None:
    await declared(client)
    channel, name = await client.channel(), getattr(topology, what)
    await (channel.exchange_delete(name) if what == "exchange" else channel.queue_delete(name))
    told = await refusal(link_to(client.url, topology, passive=True))
    assert f"'{name}' is missing: declare it, or let us with KLB_RABBITMQ_DECLARE=active" in told


async def test_other_arguments_are_taken_when_nothing_is_declared(
    client: Client, topology: Topology
) -> None:
    await declared(client, delivery_limit=5)
    link = link_to(client.url, topology, passive=True)
    await RabbitMQEventPublisher(link).publish(STARTED)
    await link.close()
    assert await client.depth(topology.announced) == 1


async def test_a_user_that_may_not_declare_is_told_of_both_ways_out(
    rabbitmq: RabbitMQServer, client: Client, topology: Topology
) -> None:
    await declared(client)
    told = await refusal(link_to(rabbitmq.writer_url, topology))
    assert "permit it to configure" in told
    assert "KLB_RABBITMQ_DECLARE=passive" in told
    link = link_to(rabbitmq.writer_url, topology, passive=True)
    await RabbitMQEventPublisher(link).publish(STARTED)
    await link.close()


async def test_a_user_that_may_not_read_cannot_consume(
    rabbitmq: RabbitMQServer, client: Client, topology: Topology
) -> None:
    await declared(client)
    link = link_to(rabbitmq.writer_url, topology, passive=True)
    source = RabbitMQEventSource(link, prefetch=1, now=time.time_ns)
    with pytest.raises(SetupError, match=f"{topology.queue}' may not be consumed.* permit it"):
        await anext(source.deliveries())
    assert not source.consuming
    await link.close()


async def test_a_wrong_password_is_said_and_not_shown(
    rabbitmq: RabbitMQServer, topology: Topology
) -> None:
    link = link_to(rabbitmq.url.replace(":guest@", ":open%20sesame@"), topology)
    told = await refusal(link)
    assert "refuses the user 'guest'" in told
    assert "KLB_RABBITMQ_URL" in told
    assert "sesame" not in told + repr(link)


async def test_a_virtual_host_that_is_not_there_is_named(
    rabbitmq: RabbitMQServer, topology: Topology
) -> None:
    told = await refusal(link_to(f"{rabbitmq.url}their%2Fs", topology))
    assert "does not let 'guest' into the virtual host 'their/s'" in told


async def test_odd_credentials_and_virtual_hosts_are_percent_encoded(
    rabbitmq: RabbitMQServer, topology: Topology
) -> None:
    link = link_to(rabbitmq.team_url, topology)
    await RabbitMQEventPublisher(link).publish(STARTED)
    await link.close()
    async with Client(rabbitmq.team_url, topology) as team:
        assert await team.depth(topology.announced) == 1


async def test_over_tls_a_broker_shows_a_certificate_of_the_authority(
    rabbitmq: RabbitMQServer, client: Client, topology: Topology
) -> None:
    link = link_to(rabbitmq.tls_url, topology, authority=rabbitmq.ca_file)
    await RabbitMQEventPublisher(link).publish(STARTED)
    await link.close()
    assert await client.depth(topology.announced) == 1


async def test_a_certificate_that_is_not_trusted_is_no_passing_trouble(
    rabbitmq: RabbitMQServer, topology: Topology
) -> None:
    told = await refusal(link_to(rabbitmq.tls_url, topology))
    assert "not trusted: set KLB_RABBITMQ_CA_FILE" in told


async def test_a_file_without_certificates_is_named(
    rabbitmq: RabbitMQServer, topology: Topology, tmp_path: Path
) -> None:
    empty = tmp_path / "ca.pem"
    empty.touch()
    told = await refusal(link_to(rabbitmq.tls_url, topology, authority=empty))
    assert told == f"KLB_RABBITMQ_CA_FILE: {empty}: must hold certificates in PEM form"


async def test_where_nobody_listens_somebody_may_later(topology: Topology) -> None:
    port = free_port()
    url = f"amqp://guest:sesame@127.0.0.1:{port}/"
    told = await refusal(link_to(url, topology), TransientError)
    assert told.startswith(f"RabbitMQ at 127.0.0.1:{port} cannot be reached: ")
    assert "sesame" not in told


async def test_a_wait_for_a_broker_that_says_nothing_has_an_end(
    rabbitmq: RabbitMQServer, proxy: TcpProxy, topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dial, "CONNECT_TIMEOUT", 0.1)
    proxy.stall()
    told = await refusal(link_to(proxy.url(rabbitmq.url), topology), TransientError)
    assert "cannot be reached: no answer in time" in told


async def test_who_only_publishes_needs_to_know_the_exchange_alone(
    rabbitmq: RabbitMQServer, client: Client, topology: Topology
) -> None:
    await declared(client)
    link = link_to(rabbitmq.writer_url, Topology(topology.exchange, "", ""), publishes=True)
    await RabbitMQEventPublisher(link).publish(STARTED)
    await link.close()
    assert await client.depth(topology.announced) == 1


async def test_an_exchange_that_is_missing_is_named_to_who_publishes(
    rabbitmq: RabbitMQServer, topology: Topology
) -> None:
    told = await refusal(link_to(rabbitmq.writer_url, topology, publishes=True))
    assert f"exchange '{topology.exchange}' is missing" in told
