"""Events to a sink over HTTP."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Singleton

from knative_lambda.entrypoints.imported import made
from knative_lambda.settings import Settings


class HttpAdapters(DeclarativeContainer):
    """One sink for all of it."""

    settings = Dependency(instance_of=Settings)

    sink = Singleton(made, "adapters.http.sink:Sink", settings.provided.sink)
    publisher = Singleton(made, "adapters.http.sink:HttpEventPublisher", sink)
    letters = Singleton(made, "adapters.http.letters:EventSettler", sink)
