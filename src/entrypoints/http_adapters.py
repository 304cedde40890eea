"""Events to a sink over HTTP."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.adapters.http.letters import EventSettler
from knative_lambda.adapters.http.sink import HttpEventPublisher, Sink
from knative_lambda.settings import Settings


class HttpAdapters(DeclarativeContainer):
    """One sink for all of it."""

    settings = Dependency(instance_of=Settings)

    sink = Singleton(Sink, settings.provided.sink)
    publisher = Singleton(HttpEventPublisher, sink)
    letters = Singleton(EventSettler, sink)
