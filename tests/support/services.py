"""A whole service in this process, in memory but for its broker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

import attrs
from dependency_injector.providers import Object
from support.amqp import Client
from support.rabbitmq import Names, RabbitMQServer

from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.process import process
from knative_lambda.ports.event_source import EventSource
from knative_lambda.settings import from_env

_IN_MEMORY = ("CONTEXT_STORE", "IMAGE_REGISTRY", "JOB_RUNNER", "SERVICE_DEPLOYER", "SOURCE_FETCHER")


@attrs.frozen
class Service:
    """What runs, and a client of its broker."""

    container: Container
    client: Client


def _as_it_is(source: EventSource) -> EventSource:
    return source


@asynccontextmanager
async def service(
    server: RabbitMQServer,
    names: Names,
    around: Callable[[EventSource], EventSource] = _as_it_is,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Service]:
    """Run it with these *variables*, consuming from what *around* makes of its source."""
    everything = {f"KLB_{name}": "memory" for name in _IN_MEMORY} | {
        "KLB_RABBITMQ_URL": server.url,
        "KLB_EXCHANGE": names.exchange,
        "KLB_QUEUE": names.queue,
        "KLB_FUNCTION_DEAD_LETTER_QUEUE": f"{names.queue}.functions",
        **variables,
    }
    topology = Topology(names.exchange, names.queue, f"{names.queue}.functions")
    async with process(from_env(everything)) as container, Client(server.url, topology) as client:
        await container.link().channel()  # the topology is there from here on
        container.source.override(Object(around(container.source())))
        consumer = container.consumer()
        running = asyncio.create_task(consumer.run())
        yield Service(container, client)
        consumer.stop()
        await running
