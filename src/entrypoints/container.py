"""The composition root: the application, wired to its adapters. Nobody inside imports it."""

from dependency_injector.providers import Singleton

from knative_lambda.application.companion import Companion
from knative_lambda.application.consumer import Consumer
from knative_lambda.application.receiver import EventReceiver, LetterReceiver
from knative_lambda.application.sweeper import Sweeper
from knative_lambda.entrypoints.adapters import Adapters
from knative_lambda.entrypoints.core import Core
from knative_lambda.entrypoints.measured_adapters import MeasuredAdapters
from knative_lambda.entrypoints.tracing_adapters import TracingAdapters


class Container(Adapters, Core):
    """Everything is made on demand and once."""

    tracing = TracingAdapters.tracing
    consumer = Singleton(Consumer, MeasuredAdapters.source, Core.handler)
    receiver = Singleton(EventReceiver, Core.handler, Adapters.settler, Adapters.now)
    letters = Singleton(LetterReceiver, Adapters.letter_settler, Adapters.metrics, Adapters.now)
    sweeper = Singleton(Sweeper, Core.reconciler, Core.chance)
    companion = Singleton(Companion, Adapters.runner, Core.engine, Adapters.now)
