"""What is to be served, for tests of Knative."""

from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.ports.service_deployer import ServiceSpec

FUNCTION = FunctionId("acme", "orders")
NAME = names.service(FUNCTION)
SOURCE = ("source", names.tenant_source("acme"))


def key(at: int) -> Key:
    """The key of the *at*-th desire."""
    return Key(1_800_000_000_000_000_000 + at, f"{at:032x}")


def filters(*types: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """A filter for each of the *types* of events."""
    return tuple((SOURCE, ("type", each)) for each in types)


def trigger_name(kind: str, function: FunctionId = FUNCTION) -> str:
    """The name of the Trigger for events of that type."""
    return names.trigger(function, filters(kind)[0])


def spec(
    at: int,
    *types: str,
    config: FunctionConfig = FunctionConfig(),  # noqa: B008 - a value
    function: FunctionId = FUNCTION,
) -> ServiceSpec:
    """What the *at*-th desire wants, with a Trigger for each of the *types* of events."""
    return ServiceSpec(
        name=names.service(function),
        function=function,
        build_id=f"{at:032x}",
        key=key(at),
        image=f"pull.test/lambda/orders@sha256:{at:064x}",
        config=config,
        triggers=tuple((names.trigger(function, each), each) for each in filters(*types)),
    )
