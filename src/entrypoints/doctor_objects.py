"""The objects of a cluster that the settings name, and the commands that make them."""

from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.kubernetes.kinds import ACCOUNTS, CONFIG_MAPS, SECRETS
from knative_lambda.adapters.kubernetes.namespace_check import Named
from knative_lambda.adapters.kubernetes.push_config import KEY
from knative_lambda.settings import Settings

_URL: Final = "KLB_RABBITMQ_URL"


def of_builds(settings: Settings) -> Iterator[Named]:
    """Those that build Jobs need."""
    where = f"--namespace {settings.build_namespace}"
    account, broker = settings.build_service_account, settings.build_broker_secret
    make = f"kubectl create serviceaccount {account} {where}"
    yield Named(kind=ACCOUNTS, name=account, mend=make)
    if settings.event_publisher == "rabbitmq":
        make = f"kubectl create secret generic {broker} {where} --from-literal={_URL}=amqp://..."
        yield Named(kind=SECRETS, name=broker, key=_URL, mend=make)
    if settings.push_secret:
        yield _registry(settings.push_secret, where, settings)
    if settings.build_ca:
        make = f"kubectl create configmap {settings.build_ca} {where} --from-file=ca.crt"
        yield Named(kind=CONFIG_MAPS, name=settings.build_ca, key="ca.crt", mend=make)


def of_functions(settings: Settings) -> Iterator[Named]:
    """Those that functions need."""
    if settings.pull_secret:
        where = f"--namespace {settings.function_namespace}"
        yield _registry(settings.pull_secret, where, settings)


def _registry(name: str, where: str, settings: Settings) -> Named:
    host = settings.registry.partition("/")[0]
    make = f"kubectl create secret docker-registry {name} {where} --docker-server={host}"
    make += " --docker-username=USER --docker-password=PASSWORD"
    return Named(kind=SECRETS, name=name, key=KEY, mend=make)
