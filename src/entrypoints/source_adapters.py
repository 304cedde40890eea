"""Sources on the network: who may be asked for them, and with which credentials."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Object, Selector, Singleton

from knative_lambda.adapters.sources.addresses import is_public, is_unicast
from knative_lambda.adapters.sources.buckets import AllowedBuckets
from knative_lambda.adapters.sources.endpoints import patterns
from knative_lambda.adapters.sources.guard import Guard
from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.settings import SettingsError

T = TypeVar("T")


def _read(name: str, texts: Sequence[str], read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise SettingsError(f"{name}: {','.join(texts)!r}: {error}") from error


def _guard(hosts: Sequence[str], permits: Callable[..., bool]) -> Guard:
    return _read("KLB_ALLOWED_SOURCE_HOSTS", hosts, lambda: Guard(patterns(hosts), permits))


def _buckets(texts: Sequence[str], contexts: str) -> AllowedBuckets:
    name = "KLB_ALLOWED_SOURCE_BUCKETS"
    return _read(name, texts, lambda: AllowedBuckets.of(texts, contexts))


class SourceAdapters(DeclarativeContainer):
    """One guard for all of them."""

    _set = Given.settings.provided

    permits = Selector(_set.private_sources, refused=Object(is_public), allowed=Object(is_unicast))
    guard = Singleton(_guard, _set.allowed_source_hosts, permits)
    buckets = Singleton(_buckets, _set.allowed_source_buckets, _set.context_bucket)
    sources = Singleton(Unmade, made, "adapters.sources.source_fetcher:NetworkSources.of")
    sources.add_args(guard, buckets, _set.source_ca_file, _set.source_credentials_dir)
