"""The application calls no port that is not measured, and all count in one place."""

import attrs
from support.in_memory import IN_MEMORY

from knative_lambda.adapters.wrapped import Wrapped
from knative_lambda.entrypoints.container import Container


async def test_every_port_that_the_application_calls_is_measured() -> None:
    container = Container(settings=IN_MEMORY)
    preparation, convergence = container.preparation(), container.convergence()
    ports: list[object] = [preparation.fetcher, preparation.packer, preparation.registry]
    ports += [preparation.contexts, convergence.records, convergence.deployer]
    ports += [convergence.publisher, container.builds().inner, container.consumer().source]

    for port in ports:
        assert isinstance(port, Wrapped)
    assert container.observation().registry is preparation.registry
    assert container.interpreter().contexts is preparation.contexts
    assert container.interpreter().publisher is convergence.publisher
    assert container.engine().records is convergence.records


async def test_all_count_in_one_place() -> None:
    container = Container(settings=IN_MEMORY)
    metrics = container.metrics()

    assert container.handler().metrics is metrics
    assert container.reconciler().metrics is metrics
    assert container.engine().metrics is metrics
    assert container.builds().metrics is metrics
    assert container.letters().metrics is metrics
    assert container.link().metrics is container.depths().metrics is metrics


async def test_the_settings_tell_the_limits_and_which_tenants_are_told_apart() -> None:
    settings = attrs.evolve(
        IN_MEMORY,
        metrics_tenants=("acme",),
        max_contexts=1,
        max_active_builds=2,
        max_active_builds_per_tenant=3,
    )
    page = Container(settings=settings).metrics().text()[0].decode()

    assert 'klb_limit{limit="contexts"} 1.0' in page
    assert 'klb_limit{limit="active"} 2.0' in page
    assert 'klb_limit{limit="active_per_tenant"} 3.0' in page
    assert 'klb_active_builds{tenant="acme"} 0.0' in page
