"""The composition root: which adapter stands behind which port. Nobody inside imports it."""

import random
import time

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Selector, Singleton

from knative_lambda.adapters.local.context_store import DirectoryContextStore
from knative_lambda.adapters.local.dispatcher import Dispatcher
from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.job_runner import LocalJobRunner
from knative_lambda.adapters.local.records import DirectoryRecords
from knative_lambda.adapters.local.service_deployer import LocalServiceDeployer
from knative_lambda.adapters.local.source_fetcher import DirectorySourceFetcher
from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.adapters.memory.service_deployer import MemoryServiceDeployer
from knative_lambda.adapters.memory.source_fetcher import MemorySourceFetcher
from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.application.companion import Companion
from knative_lambda.application.consumer import Consumer
from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Engine
from knative_lambda.application.handler import Handler
from knative_lambda.application.interpreter import Interpreter
from knative_lambda.application.limited_fetcher import LimitedFetcher, Limits
from knative_lambda.application.observation import Observation
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.reconciler import Reconciler
from knative_lambda.application.signed_publisher import SignedPublisher
from knative_lambda.domain.images import Images
from knative_lambda.settings import Settings
from knative_lambda.sidecar.verdict import judge


class Container(DeclarativeContainer):
    """Everything is made on demand and once."""

    settings = Dependency(instance_of=Settings)
    _set = settings.provided
    _state = _set.state_dir
    _now = Object(time.time_ns)

    images = Singleton(Images, _set.registry, _set.pulled_from, _set.repository_prefix)
    broker = Singleton(MemoryBroker, _now, prefetch=_set.prefetch)
    publisher = Selector(
        _set.signing, on=Singleton(SignedPublisher, broker, _set.completion_key), off=broker
    )
    records = Selector(
        _set.service_deployer,
        local=Singleton(DirectoryRecords, _state),
        memory=Singleton(MemoryRecords),
    )
    contexts = Selector(
        _set.context_store,
        directory=Singleton(DirectoryContextStore, _state),
        memory=Singleton(MemoryContextStore, _now),
    )
    registry = Selector(
        _set.image_registry,
        local=Singleton(LocalImageRegistry, _state),
        memory=Singleton(MemoryImageRegistry),
    )
    runner = Selector(
        _set.job_runner,
        local=Singleton(LocalJobRunner, _state, registry, Object(judge), _now),
        memory=Singleton(MemoryJobRunner, registry, _now),
    )
    deployer = Selector(
        _set.service_deployer,
        local=Singleton(LocalServiceDeployer, registry),
        memory=Singleton(MemoryServiceDeployer),
    )
    sources = Selector(
        _set.source_fetcher,
        directory=Singleton(DirectorySourceFetcher),
        memory=Singleton(MemorySourceFetcher),
    )
    limits = Singleton(
        Limits, _set.max_contexts, _set.max_active_builds, _set.max_active_builds_per_tenant
    )
    fetcher = Singleton(LimitedFetcher, sources, runner, limits, _now)
    packer = Singleton(ContextBuilder)

    preparation = Singleton(Preparation, fetcher, packer, registry, contexts, images)
    convergence = Singleton(Convergence, records, deployer, publisher, images)
    interpreter = Singleton(Interpreter, preparation, convergence, contexts, runner, publisher)
    engine = Singleton(Engine, records, interpreter)
    observation = Singleton(Observation, registry, images, _set.completion_key)
    reconciler = Singleton(
        Reconciler, records, runner, contexts, registry, engine, convergence, _now
    )
    handler = Singleton(
        Handler,
        engine,
        observation,
        preparation,
        reconciler,
        publisher,
        now=_now,
        chance=Object(random.random),
        retry_for=_set.retry_for,
        default_source=_set.default_source,
    )
    consumer = Singleton(Consumer, broker, handler)
    companion = Singleton(Companion, runner, engine, _now)
    dispatcher = Singleton(Dispatcher, broker, deployer)
