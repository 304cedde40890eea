"""Which adapter stands behind which port: the settings choose."""

from dependency_injector.providers import Selector, Singleton

from knative_lambda.entrypoints.event_adapters import EventAdapters
from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.entrypoints.local_adapters import LocalAdapters
from knative_lambda.entrypoints.memory_adapters import MemoryAdapters
from knative_lambda.entrypoints.platform_adapters import PlatformAdapters
from knative_lambda.entrypoints.sight_adapters import SightAdapters
from knative_lambda.entrypoints.source_adapters import SourceAdapters


class Adapters(Given, PlatformAdapters, EventAdapters, SightAdapters):
    """One adapter a port."""

    _set = Given.settings.provided
    contexts = Selector(
        _set.context_store,
        s3=Singleton(Unmade, made, "adapters.s3.context_store:S3ContextStore", _set.context_bucket),
        directory=LocalAdapters.contexts,
        memory=MemoryAdapters.contexts,
    )
    _named = Selector(
        _set.source_fetcher,
        network=SourceAdapters.sources,
        directory=LocalAdapters.sources,
        memory=MemoryAdapters.sources,
    )
    sources = Singleton(Unmade, made, "adapters.uploads.source_fetcher:UploadedSources")
    sources.add_args(_named, contexts)
    dispatcher = Singleton(made, "adapters.local.dispatcher:Dispatcher")
    dispatcher.add_args(EventAdapters.broker, PlatformAdapters.deployer)
