"""What handles events: the application over its ports, whichever adapters stand behind them."""

import random

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Object, Singleton

from knative_lambda.adapters.threads import in_thread
from knative_lambda.application.active_builds import ActiveBuilds
from knative_lambda.application.admission import Admission, Limits
from knative_lambda.application.append_log import AppendLog
from knative_lambda.application.appending import Appending
from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Engine
from knative_lambda.application.handler import Handler
from knative_lambda.application.interpreter import Interpreter
from knative_lambda.application.observation import Observation
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.reconciler import Reconciler
from knative_lambda.domain.images import Images
from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.tracing_adapters import TracingAdapters


class Core(DeclarativeContainer):
    """Each of its parts once, over the adapters as they are measured and traced."""

    _set, _of = Given.settings.provided, TracingAdapters
    _now, _steady, _metrics = Given.now, Given.steady, Given.metrics
    chance = Object(random.random)
    images = Singleton(Images, _set.registry, _set.pulled_from, _set.repository_prefix)
    _most = (_set.max_contexts, _set.max_active_builds, _set.max_active_builds_per_tenant)
    builds = Singleton(ActiveBuilds, _of.runner, _metrics, _steady)
    admission = Singleton(Admission, builds, Singleton(Limits, *_most), _steady)
    log = Singleton(AppendLog, _of.contexts)
    _appends = (_of.assembler, log, _set.build_strategy, _now, Object(in_thread))
    appending = Singleton(Appending, *_appends)
    _prepares = (_of.sources, _of.packer, _of.registry, _of.contexts, images, appending)
    preparation = Singleton(Preparation, *_prepares)
    convergence = Singleton(Convergence, _of.records, _of.deployer, _of.publisher, images)
    _acts = (preparation, convergence, _of.contexts, builds, _of.publisher, _of.assembler, _now)
    interpreter = Singleton(Interpreter, *_acts)
    engine = Singleton(Engine, _of.records, interpreter, _metrics)
    observation = Singleton(Observation, _of.registry, images, _set.completion_key)
    _swept = (_of.records, builds, _of.contexts, _of.registry, engine, convergence, _metrics, _now)
    reconciler = Singleton(Reconciler, *_swept)
    handler = Singleton(
        Handler, engine, observation, preparation, reconciler, _of.publisher, admission
    )
    handler.add_args(_metrics, _of.tracing, _now, chance, _set.retry_for, _set.default_source)
