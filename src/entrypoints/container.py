"""The composition root: the application, wired to its adapters. Nobody inside imports it."""

import random

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Container as Nested
from dependency_injector.providers import Dependency, Object, Singleton

from knative_lambda.application.active_builds import ActiveBuilds
from knative_lambda.application.admission import Admission, Limits
from knative_lambda.application.companion import Companion
from knative_lambda.application.consumer import Consumer
from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Engine
from knative_lambda.application.handler import Handler
from knative_lambda.application.interpreter import Interpreter
from knative_lambda.application.observation import Observation
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.receiver import EventReceiver, LetterReceiver
from knative_lambda.application.reconciler import Reconciler
from knative_lambda.application.sweeper import Sweeper
from knative_lambda.domain.images import Images
from knative_lambda.entrypoints.adapters import Adapters
from knative_lambda.entrypoints.measured_adapters import MeasuredAdapters
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
    runner, deployer, packer, serving = _is.runner, _is.deployer, _is.packer, _is.serving
    depths, _told, _chance = _is.depths, _by.publisher, Object(random.random)
    images = Singleton(Images, _set.registry, _set.pulled_from, _set.repository_prefix)
    _most = (_set.max_contexts, _set.max_active_builds, _set.max_active_builds_per_tenant)
    builds = Singleton(ActiveBuilds, _by.runner, metrics, _is.steady)
    admission = Singleton(Admission, builds, Singleton(Limits, *_most), _is.steady)
    preparation = Singleton(Preparation, _by.sources, _by.packer, _by.registry, _by.contexts)
    preparation.add_args(images)
    convergence = Singleton(Convergence, _by.records, _by.deployer, _told, images)
    interpreter = Singleton(Interpreter, preparation, convergence, _by.contexts, builds, _told)
    engine = Singleton(Engine, _by.records, interpreter, metrics)
    observation = Singleton(Observation, _by.registry, images, _set.completion_key)
    reconciler = Singleton(Reconciler, _by.records, builds, _by.contexts, _by.registry)
    reconciler.add_args(engine, convergence, metrics, now)
    handler = Singleton(Handler, engine, observation, preparation, reconciler, _told)
    handler.add_kwargs(admission=admission, metrics=metrics, now=now, chance=_chance)
    handler.add_kwargs(retry_for=_set.retry_for, default_source=_set.default_source)
    consumer = Singleton(Consumer, _by.source, handler)
    receiver = Singleton(EventReceiver, handler, _is.settler, now)
    letters = Singleton(LetterReceiver, _is.letters, metrics, now)
    sweeper = Singleton(Sweeper, reconciler, _chance)
    companion = Singleton(Companion, runner, engine, now)
