"""Sources on the network: who may be asked for them, and with which credentials."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Dependency, Object, Selector, Singleton

from knative_lambda.adapters.sources.addresses import is_public, is_unicast
from knative_lambda.adapters.sources.buckets import AllowedBuckets
from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.endpoints import patterns
from knative_lambda.adapters.sources.guard import Guard
from knative_lambda.adapters.sources.https_client import HttpsClient
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.routing import Router
from knative_lambda.adapters.sources.source_fetcher import NetworkSources
from knative_lambda.settings import Settings, SettingsError

T = TypeVar("T")
_LIMITS: Final = FetchLimits()


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

    settings = Dependency(instance_of=Settings)
    _set = settings.provided

    permits = Selector(_set.private_sources, refused=Object(is_public), allowed=Object(is_unicast))
    guard = Singleton(_guard, _set.allowed_source_hosts, permits)
    client = Singleton(HttpsClient, guard, Object(_LIMITS), _set.source_ca_file)
    credentials = Singleton(CredentialFolder, _set.source_credentials_dir)
    buckets = Singleton(_buckets, _set.allowed_source_buckets, _set.context_bucket)
    sources = Singleton(
        NetworkSources, Singleton(Router, client, credentials, buckets, Object(_LIMITS))
    )
