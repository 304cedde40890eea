"""The composition root: the application, wired to its adapters. Nobody inside imports it."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Container as Nested
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.application.companion import Companion
from knative_lambda.application.consumer import Consumer
from knative_lambda.application.receiver import EventReceiver, LetterReceiver
from knative_lambda.application.sweeper import Sweeper
from knative_lambda.entrypoints.adapters import Adapters
from knative_lambda.entrypoints.core import Core
from knative_lambda.entrypoints.measured_adapters import MeasuredAdapters
from knative_lambda.entrypoints.tracing_adapters import TracingAdapters
from knative_lambda.settings import Settings


class Container(DeclarativeContainer):
    """Everything is made on demand and once."""

    settings = Dependency(instance_of=Settings)
    _set = settings.provided
    _is = adapters = Nested(Adapters, settings=settings)
    _by = Nested(MeasuredAdapters, plain=_is)
    now, broker, publisher, dispatcher = _is.now, _is.broker, _is.publisher, _is.dispatcher
    source, link, sink, metrics = _is.source, _is.link, _is.sink, _is.metrics
    records, contexts, registry, cluster = _is.records, _is.contexts, _is.registry, _is.cluster
    assembler = _is.assembler
    runner, deployer, packer, serving = _is.runner, _is.deployer, _is.packer, _is.serving
    _of = Nested(TracingAdapters, settings=settings, adapters=_by)
    depths, tracing = _is.depths, _of.tracing
    _core = Nested(Core, settings=settings, adapters=_is, ports=_of)
    images, builds, admission = _core.images, _core.builds, _core.admission
    preparation, convergence = _core.preparation, _core.convergence
    interpreter, engine, observation = _core.interpreter, _core.engine, _core.observation
    reconciler, handler = _core.reconciler, _core.handler
    consumer = Singleton(Consumer, _by.source, handler)
    receiver = Singleton(EventReceiver, handler, _is.settler, now)
    letters = Singleton(LetterReceiver, _is.letters, metrics, now)
    sweeper = Singleton(Sweeper, reconciler, _core.chance)
    companion = Singleton(Companion, runner, engine, now)
