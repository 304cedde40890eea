"""The composition root gives every object what its fields ask for."""

from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast, get_origin

import attrs
import pytest
from support.measured import behind

from knative_lambda.adapters.http.letters import EventSettler
from knative_lambda.adapters.http.sink import HttpEventPublisher
from knative_lambda.adapters.local.dispatcher import Dispatcher
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.outbox import FunctionsOutbox
from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.adapters.sources.source_fetcher import NetworkSources
from knative_lambda.adapters.uploads.source_fetcher import UploadedSources
from knative_lambda.adapters.wrapped import Wrapped
from knative_lambda.application.active_builds import ActiveBuilds
from knative_lambda.application.admission import Admission
from knative_lambda.application.companion import Companion
from knative_lambda.application.consumer import Consumer
from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Engine
from knative_lambda.application.handler import Handler
from knative_lambda.application.interpreter import Interpreter
from knative_lambda.application.observation import Observation
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.reconciler import Reconciler
from knative_lambda.application.signed_publisher import SignedPublisher
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.imported import Unmade
from knative_lambda.settings import Settings, SettingsError

KEY = "a key that no one knows"
ROOTS = {
    "companion": Companion,
    "consumer": Consumer,
    "convergence": Convergence,
    "dispatcher": Dispatcher,
    "engine": Engine,
    "admission": Admission,
    "builds": ActiveBuilds,
    "handler": Handler,
    "interpreter": Interpreter,
    "observation": Observation,
    "preparation": Preparation,
    "reconciler": Reconciler,
}
CHECKED = (
    Convergence,
    Engine,
    Handler,
    Interpreter,
    Admission,
    ActiveBuilds,
    Observation,
    Preparation,
    Reconciler,
)
CHOSEN = ("contexts", "deployer", "records", "registry", "runner")
LOCAL = Settings(context_store="directory", job_runner="local", service_deployer="local")
ALONE = attrs.evolve(LOCAL, event_source="memory", event_publisher="memory")
IN_MEMORY = attrs.evolve(
    ALONE,
    context_store="memory",
    image_registry="memory",
    job_runner="memory",
    service_deployer="memory",
    source_fetcher="memory",
)


async def contained(settings: Settings) -> AsyncIterator[Container]:
    container = Container(settings=settings)
    yield container
    if settings.job_runner == "local":
        await container.runner().close()


@pytest.fixture(params=["local", "memory"])
def place(request: pytest.FixtureRequest) -> str:
    """Where everything is."""
    return str(request.param)


@pytest.fixture
async def container(place: str, tmp_path: Path) -> AsyncIterator[Container]:
    chosen = IN_MEMORY if place == "memory" else ALONE
    async for one in contained(attrs.evolve(chosen, state_dir=tmp_path)):
        yield one


@pytest.fixture
async def signing(tmp_path: Path) -> AsyncIterator[Container]:
    async for one in contained(attrs.evolve(ALONE, state_dir=tmp_path, completion_key=KEY)):
        yield one


def fits(value: object, annotation: Any) -> bool:
    """Whether *value* is of that very class: a port counts only for those that derive from it."""
    if get_origin(annotation) is Callable:
        return callable(value)
    if isinstance(value, Wrapped):
        return fits(value.inner, annotation)
    if isinstance(value, Unmade):
        return fits(value.made, annotation)
    return annotation in type(value).__mro__


@pytest.mark.parametrize("root", ROOTS)
async def test_every_root_is_made(container: Container, root: str) -> None:
    made = getattr(container, root)
    assert type(made()) is ROOTS[root]
    assert made() is made()


@pytest.mark.parametrize("kind", CHECKED)
async def test_every_field_gets_what_its_annotation_asks_for(
    container: Container, kind: type
) -> None:
    name = next(root for root, made in ROOTS.items() if made is kind)
    one = getattr(container, name)()
    public = [
        field for field in attrs.fields(attrs.resolve_types(kind)) if not field.name.startswith("_")
    ]
    assert public
    wrong = {
        field.name: getattr(one, field.name)
        for field in public
        if not fits(getattr(one, field.name), field.type)
    }
    assert wrong == {}


@pytest.mark.parametrize("port", CHOSEN)
async def test_the_settings_choose_the_adapter(container: Container, place: str, port: str) -> None:
    module = type(getattr(container, port)()).__module__
    assert module.startswith(f"knative_lambda.adapters.{place}.")


async def test_all_parts_share_one_of_each(container: Container) -> None:
    handler, reconciler = container.handler(), container.reconciler()
    assert container.consumer().handler is handler
    assert container.companion().engine is handler.engine is reconciler.engine
    assert handler.engine.records is reconciler.records is container.convergence().records
    assert behind(container.builds().inner) is container.runner()
    assert container.companion().runner is container.runner()
    assert container.dispatcher().broker is behind(container.consumer().source)


async def test_the_figures_of_the_settings_arrive() -> None:
    settings = attrs.evolve(
        IN_MEMORY,
        prefetch=5,
        max_contexts=6,
        max_active_builds=7,
        max_active_builds_per_tenant=8,
        retry_for=9.0,
        default_source="https://source.test/{parser_id}",
        registry="push.test",
        pull_registry="pull.test",
        repository_prefix="functions/",
    )
    container = Container(settings=settings)
    limits = container.admission().limits
    assert (limits.contexts, limits.active, limits.active_per_tenant) == (6, 7, 8)
    assert container.broker().prefetch == 5
    assert container.handler().retry_for == 9.0
    assert container.handler().default_source == settings.default_source
    assert attrs.astuple(container.images()) == ("push.test", "pull.test", "functions/")


async def test_by_default_events_come_and_go_by_one_connection_to_rabbitmq() -> None:
    by_default = Settings()
    settings = attrs.evolve(
        IN_MEMORY,
        event_source=by_default.event_source,
        event_publisher=by_default.event_publisher,
    )
    container = Container(settings=settings)
    source, publisher = container.source(), container.publisher()
    assert isinstance(source, RabbitMQEventSource)
    assert isinstance(publisher, RabbitMQEventPublisher)
    assert source.link is publisher.link is container.link()
    assert behind(container.consumer().source) is container.receiver().settler is source
    assert isinstance(container.letters().settler, FunctionsOutbox)
    assert container.link().metrics is container.handler().metrics is container.metrics()


async def test_with_a_sink_all_goes_there() -> None:
    settings = attrs.evolve(IN_MEMORY, event_publisher="http", sink="http://sink.test/")
    container = Container(settings=settings)
    publisher, settler = container.publisher(), container.receiver().settler
    assert isinstance(publisher, HttpEventPublisher)
    assert isinstance(settler, EventSettler)
    assert publisher.sink is settler.sink is container.sink()


async def test_contexts_may_lie_in_a_bucket() -> None:
    settings = attrs.evolve(IN_MEMORY, context_store="s3", context_bucket="contexts")
    contexts = Container(settings=settings).contexts().made
    assert isinstance(contexts, S3ContextStore)
    assert contexts.bucket == "contexts"


@pytest.mark.parametrize("private", [True, False])
async def test_sources_of_the_network_are_guarded_as_the_settings_say(
    private: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
) -> None:
    settings = attrs.evolve(
        IN_MEMORY,
        source_fetcher="network",
        allowed_source_hosts=("code.test",),
        allowed_source_buckets=("code",),
        allow_private_sources=private,
        context_bucket="contexts",
        source_ca_file=tmp_path,
    )
    sources = Container(settings=settings).sources().made
    assert isinstance(sources, UploadedSources)
    others = cast(Unmade, sources.others).made
    assert isinstance(others, NetworkSources)
    router = others.router
    guard = router.client.guard
    assert guard.permits(ip_address("10.0.0.1")) is private
    assert [pattern.host for pattern in guard.hosts] == ["code.test"]
    assert router.buckets.context_bucket == "contexts"
    assert router.client.authority == tmp_path


@pytest.mark.parametrize(
    ("wrong", "variable"),
    [
        ({"allowed_source_hosts": ("http://x",)}, "KLB_ALLOWED_SOURCE_HOSTS"),
        ({"allowed_source_buckets": ("no bucket",)}, "KLB_ALLOWED_SOURCE_BUCKETS"),
    ],
)
async def test_a_pattern_that_is_none_is_told_by_its_variable(
    wrong: dict[str, Any], variable: str
) -> None:
    settings = attrs.evolve(IN_MEMORY, source_fetcher="network", **wrong)
    with pytest.raises(SettingsError, match=variable):
        Container(settings=settings).preparation()


async def test_two_containers_share_nothing() -> None:
    one, other = (Container(settings=IN_MEMORY) for _ in range(2))
    assert one.broker() is not other.broker()
    assert one.records() is not other.records()


def test_no_part_hides_what_another_has_by_that_name() -> None:
    public = {name: one for name, one in Container.providers.items() if name[0] != "_"}
    parts = [vars(part).get("cls_providers", {}) for part in Container.__mro__]
    for name, one in public.items():
        assert {id(part[name]) for part in parts if name in part} == {id(one)}, name


async def test_without_a_key_nothing_is_signed(container: Container) -> None:
    assert behind(container.handler().publisher) is container.broker()
    assert container.observation().completion_key == ""


async def test_with_a_key_all_publish_through_the_one_that_signs(signing: Container) -> None:
    publisher = signing.publisher()
    assert publisher == SignedPublisher(signing.broker(), KEY)
    assert behind(signing.handler().publisher) is publisher
    assert behind(signing.interpreter().publisher) is publisher
    assert signing.observation().completion_key == KEY
