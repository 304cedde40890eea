"""What a tenant asks for: a build, and how the function is to be served. Valid by construction."""

from collections.abc import Iterable, Mapping

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.strategy import Strategy

PARSER_START = "network.notifi.lambda.parser.start"


def _pairs(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(pairs)


@attrs.frozen
class Trigger:
    """Which events reach the function: all *attributes* must be equal; `type` is among them."""

    attributes: tuple[tuple[str, str], ...] = attrs.field(converter=_pairs)

    def selects(self, attributes: Mapping[str, str]) -> bool:
        """Whether an event with these *attributes* passes the filter."""
        return all(attributes.get(name) == value for name, value in self.attributes)


@attrs.frozen
class Resources:
    """Kubernetes quantities."""

    cpu_request: str = "50m"
    memory_request: str = "64Mi"
    cpu_limit: str = "1"
    memory_limit: str = "256Mi"


@attrs.frozen
class Scaling:
    """Replicas from *minimum* to *maximum* (0 = no bound), aiming at *target* requests in each.

    *concurrency* is the most requests one replica gets at once (0 = no bound).
    """

    minimum: int = 0
    maximum: int = 50
    target: int = 10
    concurrency: int = 10


@attrs.frozen
class FunctionConfig:
    """How the function is served; kept in the record, so secrets stand here by name only.

    Attributes:
        env: Environment variables and their values.
        secrets: Names of Secrets whose keys become environment variables.
        timeout_seconds: The longest one request may take.
    """

    env: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    secrets: tuple[str, ...] = ()
    resources: Resources = Resources()
    scaling: Scaling = Scaling()
    timeout_seconds: int = 300
    triggers: tuple[Trigger, ...] = ()


def default_trigger(function: FunctionId) -> Trigger:
    """The events a function gets when it asks for none: its own `parser.start`."""
    return Trigger(
        (
            ("type", PARSER_START),
            ("source", names.tenant_source(function.third_party_id)),
            ("subject", function.parser_id),
        )
    )


@attrs.frozen(kw_only=True)
class BuildRequest:
    """A valid `build.start`.

    Attributes:
        source_url: Where the source lies; never holds credentials.
        source_ref: Branch, tag or commit; `None` for the default branch.
        source_path: A folder inside the source; empty for all of it.
        source_credentials: The name of a configured credential.
        handler: `path/to/module.function`, below the source folder.
        build_timeout: In seconds.
        build_strategy: How its image is to be made; `None`: as the installation has it.
    """

    function: FunctionId
    runtime: str
    source_url: str
    source_ref: str | None = None
    source_path: str = ""
    source_credentials: str | None = None
    handler: str = "index.handler"
    build_args: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    build_timeout: int = 1800
    force: bool = False
    build_strategy: Strategy | None = None
    correlation_id: str | None = None
    config: FunctionConfig = FunctionConfig()
