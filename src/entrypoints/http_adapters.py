"""Events to a sink over HTTP."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Singleton

from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import made


class HttpAdapters(DeclarativeContainer):
    """One sink for all of it."""

    sink = Singleton(made, "adapters.http.sink:Sink", Given.settings.provided.sink)
    publisher = Singleton(made, "adapters.http.sink:HttpEventPublisher", sink)
    letters = Singleton(made, "adapters.http.letters:EventSettler", sink)
